import { PROFILES, type Profile, profileName } from "../../snapshot/profiles.ts";
import { endpointHeaders } from "./endpoint-headers.ts";

/** A server that clients connect to. */
export interface Entrance {
  /** 1 to 65535. */
  readonly port: number;
  readonly scheme: "http" | "https";
}

/** What all locations that lead to Endpoints have in common. */
const COMMON = [
  "proxy_http_version 1.1;",
  "proxy_connect_timeout 5s;",
  "proxy_send_timeout 60s;",
  "proxy_read_timeout 60s;",
  "proxy_next_upstream error timeout;",
  "proxy_next_upstream_tries 3;",
  "proxy_redirect off;",
];

const RESPONSE = [
  "add_header Set-Cookie $limpet_set_cookie always;",
  "add_header Cache-Control $limpet_cache_control always;",
];

/** Over TLS: HSTS as the settings say, once, whatever an Endpoint says of it (ingress-nginx 1.15.1). */
function hsts(scheme: Entrance["scheme"]): readonly string[] {
  return scheme === "http" ? [] : ["add_header Strict-Transport-Security $limpet_hsts always;"];
}

function hideHsts(scheme: Entrance["scheme"]): readonly string[] {
  return scheme === "http" ? [] : ["proxy_hide_header Strict-Transport-Security;"];
}

/** Answers of our own have no page of NGINX's. */
const UNANSWERED = "error_page 400 408 413 500 502 504 @unanswered;";

function block(head: string, directives: readonly string[]): string {
  return [`        ${head} {`, ...directives.map((line) => `            ${line}`), "        }"].join("\n");
}

/** What every request meets first, and all that most of them ever meet. */
function plainLocation({ port, scheme }: Entrance): string {
  return block("location /", [
    `rewrite_by_lua_block { limpet.${scheme === "https" ? "rewriteTls" : "rewrite"}() }`,
    "proxy_pass http://limpet;",
    "proxy_buffering off;",
    "proxy_request_buffering on;",
    ...COMMON,
    ...endpointHeaders("$http_host", port, scheme),
    ...RESPONSE,
    ...hsts(scheme),
    ...hideHsts(scheme),
    UNANSWERED,
  ]);
}

function profileLocation(profile: Profile, { port, scheme }: Entrance): string {
  return block(`location ${profileName(profile)}`, [
    "header_filter_by_lua_block { limpet.filterHeaders() }",
    `proxy_pass ${profile.protocol}://limpet;`,
    `proxy_buffering ${profile.buffering ? "on" : "off"};`,
    `proxy_request_buffering ${profile.requestBuffering ? "on" : "off"};`,
    ...COMMON,
    ...endpointHeaders("$http_host", port, scheme),
    ...RESPONSE,
    ...hsts(scheme),
    ...hideHsts(scheme),
    UNANSWERED,
  ]);
}

function unansweredLocation({ scheme }: Entrance): string {
  return block("location @unanswered", ["internal;", "content_by_lua_block { limpet.unanswered() }", ...hsts(scheme)]);
}

/** The locations of a server that clients connect to. */
export function locations(entrance: Entrance): string {
  const profiles = PROFILES.map((profile) => profileLocation(profile, entrance));
  return [plainLocation(entrance), ...profiles, unansweredLocation(entrance)].join("\n\n");
}
