import type { ClientIdentity } from "./client-identity.ts";

/**
 * What an Endpoint is told about the client (ingress-nginx: headers to the upstream). NGINX spends a thousand instructions on
 * each header that it sets, a fifth of a whole request on these. So it sets one, Host, whose value holds the others behind
 * line breaks; no value of a client's can hold one, as NGINX refuses such headers.
 */
function forwardedLines({ host, address, forwardedFor, forwardedHost, port, scheme }: ClientIdentity): string {
  return [
    host,
    "X-Request-ID: $limpet_request_id",
    `X-Real-IP: ${address}`,
    `X-Forwarded-For: ${forwardedFor}`,
    `X-Forwarded-Host: ${forwardedHost}`,
    `X-Forwarded-Port: ${port}`,
    `X-Forwarded-Proto: ${scheme}`,
    `X-Forwarded-Scheme: ${scheme}`,
    `X-Scheme: ${scheme}$limpet_rare_lines`,
  ].join("\\r\\n");
}

/** Headers that no Endpoint gets from a client: they are told by ourselves, or nobody's business. */
const WITHHELD = [
  "X-Request-ID",
  "X-Real-IP",
  "X-Forwarded-For",
  "X-Forwarded-Host",
  "X-Forwarded-Port",
  "X-Forwarded-Proto",
  "X-Forwarded-Scheme",
  "X-Scheme",
  "X-Original-Forwarded-For",
  "X-Original-Forwarded-Host",
  "Upgrade",
  "Connection",
  "Proxy",
];

/**
 * The directives that make the headers of a request to an Endpoint; an empty one keeps the client's from being passed on,
 * and costs nothing.
 *
 * @param directive `proxy_set_header` or `grpc_set_header`
 */
export function endpointHeaders(identity: ClientIdentity, directive = "proxy_set_header"): readonly string[] {
  const withheld = WITHHELD.map((name) => `${directive} ${name} "";`);
  return [`${directive} Host "${forwardedLines(identity)}";`, ...withheld];
}
