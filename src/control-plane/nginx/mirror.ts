import { MIRROR_LOCATIONS } from "../../snapshot/profiles.ts";
import { block } from "./block.ts";
import { clientIdentity } from "./client-identity.ts";
import { endpointHeaders } from "./endpoint-headers.ts";
import type { Entrance } from "./locations.ts";

/** What the Lua says of a copy; NGINX's subrequest shares the variables of its request. */
export const MIRROR_VARIABLES = ["mirror_backend", "mirror_scheme", "mirror_host", "mirror_uri"];

/** Connections of its own, and none kept: one of TLS belongs to a name, and addresses do not tell names apart. */
export const MIRROR_UPSTREAM = `    # Nothing but the Lua reads $limpet_mirror_backend, and it cannot write a variable that nothing of NGINX's names.
    map $limpet_mirror_backend $limpet_mirrored { default ""; }

    upstream limpet_mirror {
        server 0.0.0.1;
        balancer_by_lua_block { limpet.mirrorBalance() }
    }`;

/**
 * Where a copy is made, and goes: NGINX begins a subrequest, and the request goes on in its Profile at once. No client can
 * ask for a location whose name does not begin with a slash.
 */
function mirrorLocation(name: string, copy: string, withBody: boolean): string {
  return block(`location ${name}`, [
    `mirror ${copy};`,
    `mirror_request_body ${withBody ? "on" : "off"};`,
    "content_by_lua_block { limpet.passMirrored() }",
    "error_page 400 408 413 500 502 504 @unanswered;",
  ]);
}

/** Its answer is for nobody: it is not waited for long, since the client's connection is busy until it is over. */
function copyLocation(copy: string, withBody: boolean, { port, scheme, settings }: Entrance): string {
  const bodiless = ["proxy_pass_request_body off;", 'proxy_set_header Content-Length "";'];
  return block(`location = ${copy}`, [
    "internal;",
    "proxy_pass $limpet_mirror_scheme://limpet_mirror$limpet_mirror_uri;",
    "proxy_http_version 1.1;",
    "proxy_next_upstream off;",
    "proxy_connect_timeout 1s;",
    "proxy_send_timeout 5s;",
    "proxy_read_timeout 5s;",
    "proxy_ssl_server_name on;",
    "proxy_ssl_name $limpet_mirror_host;",
    ...endpointHeaders({ ...clientIdentity(settings, port, scheme), host: "$limpet_mirror_host" }),
    ...(withBody ? [] : bodiless),
  ]);
}

/** The locations that copies of requests need. */
export function mirrorLocations(entrance: Entrance): readonly string[] {
  const { whole, bodiless } = MIRROR_LOCATIONS;
  return [
    mirrorLocation(whole, "limpet-copy", true),
    copyLocation("limpet-copy", true, entrance),
    mirrorLocation(bodiless, "limpet-copy-without-body", false),
    copyLocation("limpet-copy-without-body", false, entrance),
  ];
}
