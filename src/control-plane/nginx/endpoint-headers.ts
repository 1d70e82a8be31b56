import type { ClientIdentity } from "./client-identity.ts";

/** What an Endpoint is told about the client (ingress-nginx: headers to the upstream), name and value. */
function told(identity: ClientIdentity): readonly (readonly [string, string])[] {
  const { address, forwardedFor, forwardedHost, port, scheme } = identity;
  return [
    ["X-Request-ID", "$limpet_request_id"],
    ["X-Real-IP", address],
    ["X-Forwarded-For", forwardedFor],
    ["X-Forwarded-Host", forwardedHost],
    ["X-Forwarded-Port", port],
    ["X-Forwarded-Proto", scheme],
    ["X-Forwarded-Scheme", scheme],
    ["X-Scheme", scheme],
  ];
}

/** What a client claimed, for the Endpoint to see as such; an empty one is no header. */
const CLAIMED: readonly (readonly [string, string])[] = [
  ["X-Original-Forwarded-For", "$http_x_forwarded_for"],
  ["X-Original-Forwarded-Host", "$http_x_forwarded_host"],
];

/** Headers that no Endpoint gets from a client: nobody's business but ours. */
const WITHHELD = ["Upgrade", "Connection", "Proxy"];

/**
 * NGINX spends a thousand instructions on each header that it sets, a fifth of a whole request on these. So it sets one,
 * Host, whose value holds the others behind line breaks; no value of a client's can hold one, as NGINX refuses such
 * headers. An empty directive keeps the client's header from being passed on, and costs nothing.
 */
export function endpointHeaders(identity: ClientIdentity): readonly string[] {
  const lines = told(identity).map(([name, value]) => `${name}: ${value}`);
  const names = [...told(identity), ...CLAIMED].map(([name]) => name);
  return [
    `proxy_set_header Host "${[identity.host, ...lines].join("\\r\\n")}$limpet_rare_lines";`,
    ...[...names, ...WITHHELD].map((name) => `proxy_set_header ${name} "";`),
  ];
}

/** The same in HTTP/2, where a header is no line. */
export function grpcEndpointHeaders(identity: ClientIdentity): readonly string[] {
  return [
    `grpc_set_header Host ${identity.host};`,
    ...[...told(identity), ...CLAIMED].map(([name, value]) => `grpc_set_header ${name} ${value};`),
    ...WITHHELD.map((name) => `grpc_set_header ${name} "";`),
  ];
}
