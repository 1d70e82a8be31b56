import { INTERCEPTED_LOCATION, interceptionName } from "../../snapshot/interceptions.ts";
import { PROFILES, type Profile, profileName } from "../../snapshot/profiles.ts";
import { endpointHeaders } from "./endpoint-headers.ts";
import { INTERCEPTIONS } from "./interceptions.ts";

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

/** Answers of our own have no page of NGINX's. */
const UNANSWERED = "error_page 400 408 413 500 502 504 @unanswered;";

function block(head: string, directives: readonly string[]): string {
  return [`        ${head} {`, ...directives.map((line) => `            ${line}`), "        }"].join("\n");
}

/** What every request meets first, and all that most of them ever meet. */
function plainLocation({ port, scheme }: Entrance): string {
  return block("location /", [
    "rewrite_by_lua_block { limpet.rewrite() }",
    "proxy_pass http://limpet;",
    "proxy_buffering off;",
    "proxy_request_buffering on;",
    ...COMMON,
    ...endpointHeaders("$http_host", port, scheme),
    ...RESPONSE,
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
    ...endpointHeaders("$limpet_upstream_host", port, scheme),
    ...RESPONSE,
    UNANSWERED,
  ]);
}

/** How locations go on that treat a request as the plain one does. @param host the value of Host, NGINX's variables in it */
function asPlain(host: string, { port, scheme }: Entrance): readonly string[] {
  return [
    "proxy_pass http://limpet;",
    "proxy_buffering off;",
    "proxy_request_buffering on;",
    ...COMMON,
    ...endpointHeaders(host, port, scheme),
    ...RESPONSE,
  ];
}

/** The plain profile, less the Endpoints' own responses of these statuses: a default backend answers instead. */
function interceptingLocation(statuses: readonly number[], entrance: Entrance): string {
  return block(`location ${interceptionName(statuses)}`, [
    "header_filter_by_lua_block { limpet.filterHeaders() }",
    ...asPlain("$limpet_upstream_host", entrance),
    "proxy_intercept_errors on;",
    `error_page ${statuses.join(" ")} = ${INTERCEPTED_LOCATION};`,
  ]);
}

/** Where a default backend answers. */
function interceptedLocation(entrance: Entrance): string {
  return block(`location ${INTERCEPTED_LOCATION}`, [
    "rewrite_by_lua_block { limpet.intercept() }",
    ...asPlain("$http_host", entrance),
    UNANSWERED,
  ]);
}

const UNANSWERED_LOCATION = block("location @unanswered", [
  "internal;",
  "content_by_lua_block { limpet.unanswered() }",
]);

/** The locations of a server that clients connect to. */
export function locations(entrance: Entrance): string {
  const profiles = PROFILES.map((profile) => profileLocation(profile, entrance));
  const intercepting = INTERCEPTIONS.map((statuses) => interceptingLocation(statuses, entrance));
  const errors = [interceptedLocation(entrance), ...intercepting];
  return [plainLocation(entrance), ...profiles, ...errors, UNANSWERED_LOCATION].join("\n\n");
}
