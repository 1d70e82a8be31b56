import { ASKING_LOCATION } from "../../snapshot/profiles.ts";
import { block } from "./block.ts";
import { clientIdentity } from "./client-identity.ts";
import type { Entrance } from "./locations.ts";
import { type StaticSettings, upstreamKeepAliveLines } from "./static-settings.ts";

/** What the Lua says of a question; NGINX's subrequest shares the variables of its request. */
export const AUTHORITY_VARIABLES = [
  "asking",
  "authority_backend",
  "authority_scheme",
  "authority_host",
  "authority_target",
  "authority_method",
  "authority_lines",
];

/** Connections are kept, but not those of TLS: one belongs to a name, and addresses do not tell names apart. */
export function authorityUpstreams(settings: StaticSettings): string {
  return `    # Nothing but the Lua reads these, and it cannot write a variable that nothing of NGINX's names.
    map $limpet_authority_backend$limpet_asking $limpet_asked { default ""; }

    upstream limpet_authority_http {
        server 0.0.0.1;
        balancer_by_lua_block { limpet.authorityBalance() }
${upstreamKeepAliveLines(settings, settings.upstreamKeepaliveConnections)
  .map((line) => `        ${line}`)
  .join("\n")}
    }

    upstream limpet_authority_https {
        server 0.0.0.1;
        balancer_by_lua_block { limpet.authorityBalance() }
    }`;
}

/**
 * The request waits here while its authority is asked, and goes on when it has answered, whatever it was: the verdict is the
 * Lua's. (ngx.location.capture would not do: it knows no HTTP/2.)
 */
const ASKING = block(`location ${ASKING_LOCATION}`, [
  "auth_request limpet-ask;",
  "content_by_lua_block { limpet.resume() }",
  "error_page 400 408 413 500 502 504 @unanswered;",
]);

/** The question, as ingress-nginx 1.15.1 puts it. No client can ask for a location whose name has no slash in front. */
function askLocation({ port, scheme, settings }: Entrance): string {
  const identity = clientIdentity(settings, port, scheme);
  return block("location = limpet-ask", [
    "internal;",
    "header_filter_by_lua_block { limpet.hearAuthority() }",
    "proxy_pass $limpet_authority_scheme://limpet_authority_$limpet_authority_scheme$limpet_authority_target;",
    "proxy_method $limpet_authority_method;",
    "proxy_http_version 1.1;",
    "proxy_connect_timeout 5s;",
    "proxy_send_timeout 60s;",
    "proxy_read_timeout 60s;",
    "proxy_next_upstream error timeout;",
    "proxy_next_upstream_tries 2;",
    "proxy_redirect off;",
    "proxy_ignore_headers X-Accel-Redirect X-Accel-Limit-Rate;",
    "proxy_ssl_server_name on;",
    "proxy_ssl_name $limpet_authority_host;",
    "proxy_pass_request_body off;",
    "proxy_pass_request_headers off;",
    'proxy_set_header Content-Length "";',
    'proxy_set_header Connection "";',
    'proxy_set_header Host "$limpet_authority_host$limpet_authority_lines";',
    "proxy_set_header X-Request-ID $limpet_request_id;",
    `proxy_set_header X-Real-IP ${identity.address};`,
    `proxy_set_header X-Forwarded-For ${identity.forwardedFor};`,
    `proxy_set_header X-Original-URL ${identity.scheme}://${identity.host}$request_uri;`,
    "proxy_set_header X-Original-URI $request_uri;",
    "proxy_set_header X-Original-Method $request_method;",
    `proxy_set_header X-Scheme ${identity.scheme};`,
    "proxy_set_header X-Sent-From nginx-ingress-controller;",
  ]);
}

/** The locations that questions to authorities need. */
export function authorityLocations(entrance: Entrance): readonly string[] {
  return [ASKING, askLocation(entrance)];
}
