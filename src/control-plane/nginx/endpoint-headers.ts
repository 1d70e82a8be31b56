import type { Entrance } from "./locations.ts";

/** What an Endpoint is told about the client (ingress-nginx: headers to the upstream), name and value. */
function told({ port, scheme }: Entrance): readonly (readonly [string, string])[] {
  return [
    ["X-Request-ID", "$limpet_request_id"],
    ["X-Real-IP", "$remote_addr"],
    ["X-Forwarded-For", "$remote_addr"],
    ["X-Forwarded-Host", "$http_host"],
    ["X-Forwarded-Port", `${port}`],
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
 *
 * @param host the value of Host, NGINX's variables in it
 */
export function endpointHeaders(host: string, entrance: Entrance): readonly string[] {
  const lines = told(entrance).map(([name, value]) => `${name}: ${value}`);
  const names = [...told(entrance), ...CLAIMED].map(([name]) => name);
  return [
    `proxy_set_header Host "${[host, ...lines].join("\\r\\n")}$limpet_rare_lines";`,
    ...[...names, ...WITHHELD].map((name) => `proxy_set_header ${name} "";`),
  ];
}

/** The same in HTTP/2, where a header is no line. */
export function grpcEndpointHeaders(host: string, entrance: Entrance): readonly string[] {
  return [
    `grpc_set_header Host ${host};`,
    ...[...told(entrance), ...CLAIMED].map(([name, value]) => `grpc_set_header ${name} ${value};`),
    ...WITHHELD.map((name) => `grpc_set_header ${name} "";`),
  ];
}
