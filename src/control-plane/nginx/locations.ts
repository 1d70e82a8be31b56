import { INTERCEPTED_LOCATION, interceptionName } from "../../snapshot/interceptions.ts";
import { isGrpc, MEGABYTE, PROFILES, type Profile, profileName } from "../../snapshot/profiles.ts";
import { READING_BUFFERS, READING_LIMITS, readingName } from "../../snapshot/reading.ts";
import { VERIFIED_PROFILES, type Verification, verifiedName } from "../../snapshot/verified-profiles.ts";
import { authorityLocations } from "./authority.ts";
import { block } from "./block.ts";
import { clientIdentity } from "./client-identity.ts";
import { endpointHeaders, grpcEndpointHeaders } from "./endpoint-headers.ts";
import { INTERCEPTIONS } from "./interceptions.ts";
import { mirrorLocations } from "./mirror.ts";
import { poolOf } from "./pools.ts";
import type { StaticSettings } from "./static-settings.ts";
import { type Trust, verificationLines, verifications } from "./verification.ts";

/** A server that clients connect to. */
export interface Entrance {
  /** 1 to 65535. */
  readonly port: number;
  readonly scheme: "http" | "https";
  readonly settings: StaticSettings;
  readonly trust: Trust;
}

/** An Endpoint's own word on HSTS gives way to ours. */
const HIDDEN_HSTS = ["proxy", "grpc"].map((module) => `${module}_hide_header Strict-Transport-Security;`);

/** Timeouts, attempts and headers that hold wherever nothing else is said, for both of NGINX's modules. */
function common({ port, scheme, settings }: Entrance): readonly string[] {
  const identity = { ...clientIdentity(settings, port, scheme), host: "$limpet_upstream_host" };
  return [
    ...["proxy", "grpc"].flatMap((module) => [
      `${module}_connect_timeout 5s;`,
      `${module}_send_timeout 60s;`,
      `${module}_read_timeout 60s;`,
      `${module}_next_upstream error timeout;`,
      `${module}_next_upstream_tries 3;`,
      `${module}_ssl_protocols TLSv1.2 TLSv1.3;`,
      `${module}_ssl_server_name on;`,
      `${module}_ssl_name $limpet_ssl_name;`,
      `${module}_ssl_certificate $limpet_ssl_certificate;`,
      `${module}_ssl_certificate_key $limpet_ssl_certificate_key;`,
    ]),
    "proxy_http_version 1.1;",
    "proxy_redirect off;",
    ...endpointHeaders(identity),
    ...grpcEndpointHeaders(identity),
    ...(scheme === "http" ? [] : HIDDEN_HSTS),
    // Whether a body is too large is ours to say: each Route has its own limit.
    "client_max_body_size 0;",
  ];
}

/** Not common: a request line that NGINX cannot read has no way there, as it has no path. */
const UNANSWERED = "error_page 400 408 413 500 502 504 @unanswered;";

/** Not common either: the location of our own answers must not have them. */
const RESPONSE = [
  "add_header Set-Cookie $limpet_set_cookie always;",
  "add_header Cache-Control $limpet_cache_control always;",
];

/** Over TLS: HSTS as the settings say, once, whatever an Endpoint says of it (ingress-nginx 1.15.1). */
function hstsLines(scheme: Entrance["scheme"]): readonly string[] {
  return scheme === "http" ? [] : ["add_header Strict-Transport-Security $limpet_hsts always;"];
}

/** What responses get from us. */
function responseLines(scheme: Entrance["scheme"]): readonly string[] {
  return [...RESPONSE, ...hstsLines(scheme)];
}

/** How a request goes on of which no Route asks anything, under the Host that its client named. */
function plainLines({ port, scheme, settings }: Entrance): readonly string[] {
  return [
    `proxy_pass http://${poolOf("http")};`,
    "proxy_buffering off;",
    ...endpointHeaders(clientIdentity(settings, port, scheme)),
    ...responseLines(scheme),
    UNANSWERED,
  ];
}

/** What every request meets first, and all that most of them ever meet. */
function plainLocation(entrance: Entrance): string {
  return block("location /", [
    `rewrite_by_lua_block { limpet.${entrance.scheme === "https" ? "rewriteTls" : "rewrite"}() }`,
    ...plainLines(entrance),
  ]);
}

/** How a Profile's location passes responses on. */
function bufferLines({ protocol, buffering, bufferSize }: Profile): readonly string[] {
  if (isGrpc(protocol)) return [`grpc_buffer_size ${bufferSize}k;`];
  return [
    `proxy_buffering ${buffering === "off" ? "off" : "on"};`,
    `proxy_buffer_size ${bufferSize}k;`,
    `proxy_buffers 8 ${bufferSize}k;`,
    ...(buffering === "memory" ? ["proxy_max_temp_file_size 0;"] : []),
  ];
}

function requestLines({ requestBuffering, streamLimit }: Profile): readonly string[] {
  const limit = streamLimit === 0 ? [] : [`client_max_body_size ${streamLimit / MEGABYTE}m;`];
  return requestBuffering ? limit : ["proxy_request_buffering off;", ...limit];
}

function profileLines(profile: Profile, { scheme }: Entrance): readonly string[] {
  const module = isGrpc(profile.protocol) ? "grpc" : "proxy";
  return [
    "header_filter_by_lua_block { limpet.filterHeaders() }",
    `${module}_pass ${profile.protocol}://${poolOf(profile.protocol)};`,
    ...bufferLines(profile),
    ...requestLines(profile),
    // How many attempts there are is decided where Peers are picked.
    `${module}_next_upstream_tries 0;`,
    ...(profile.retryOn.length === 0 ? [] : [`proxy_next_upstream error timeout ${profile.retryOn.join(" ")};`]),
    ...responseLines(scheme),
    UNANSWERED,
  ];
}

function profileLocation(profile: Profile, entrance: Entrance): string {
  return block(`location ${profileName(profile)}`, profileLines(profile, entrance));
}

/** Where an Endpoint's certificate is verified before it gets anything. */
function verifiedLocation(verification: Verification, entrance: Entrance): string {
  const lines = profileLines(VERIFIED_PROFILES[verification.protocol], entrance);
  return block(`location ${verifiedName(verification)}`, [
    ...verificationLines(verification, entrance.trust),
    ...lines,
  ]);
}

function readingLocation(limit: number, buffer: number): string {
  return block(`location ${readingName(limit, buffer)}`, [
    "rewrite_by_lua_block { limpet.readBody() }",
    `client_max_body_size ${limit === 0 ? 0 : `${limit / MEGABYTE}m`};`,
    `client_body_buffer_size ${buffer}k;`,
    UNANSWERED,
  ]);
}

const READING_LOCATIONS = READING_LIMITS.flatMap((limit) =>
  READING_BUFFERS.map((buffer) => readingLocation(limit, buffer)),
);

/** The plain Profile, less the Endpoints' own responses of these statuses: a default backend answers instead. */
function interceptingLocation(statuses: readonly number[], { scheme }: Entrance): string {
  return block(`location ${interceptionName(statuses)}`, [
    "header_filter_by_lua_block { limpet.filterHeaders() }",
    `proxy_pass http://${poolOf("http")};`,
    "proxy_buffering off;",
    "proxy_intercept_errors on;",
    `error_page ${statuses.join(" ")} = ${INTERCEPTED_LOCATION};`,
    ...responseLines(scheme),
  ]);
}

/** Where a default backend answers. */
function interceptedLocation(entrance: Entrance): string {
  return block(`location ${INTERCEPTED_LOCATION}`, [
    "rewrite_by_lua_block { limpet.intercept() }",
    "header_filter_by_lua_block { limpet.filterIntercepted() }",
    ...plainLines(entrance),
  ]);
}

function unansweredLocation({ scheme }: Entrance): string {
  const lines = ["internal;", "content_by_lua_block { limpet.unanswered() }"];
  return block("location @unanswered", [...lines, ...hstsLines(scheme)]);
}

/** The locations of a server that clients connect to, and what they have in common. */
export function locations(entrance: Entrance): string {
  const directives = common(entrance).map((line) => `        ${line}`);
  const profiles = PROFILES.map((profile) => profileLocation(profile, entrance));
  const verified = verifications(entrance.settings.upstreamAuthorities).map((it) => verifiedLocation(it, entrance));
  const intercepting = INTERCEPTIONS.map((statuses) => interceptingLocation(statuses, entrance));
  const errors = [interceptedLocation(entrance), ...intercepting];
  const asking = [...mirrorLocations(entrance), ...authorityLocations(entrance)];
  const others = [...READING_LOCATIONS, ...asking, ...errors, unansweredLocation(entrance)];
  return [directives.join("\n"), plainLocation(entrance), ...profiles, ...verified, ...others].join("\n\n");
}
