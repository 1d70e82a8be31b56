import { accessLog } from "./access-log.ts";
import { AUTHORITY_VARIABLES, authorityUpstreams } from "./authority.ts";
import { indented } from "./block.ts";
import { clientIdentityLines, toldHostLines } from "./client-identity.ts";
import { httpsServer } from "./https-server.ts";
import { locations } from "./locations.ts";
import { MIRROR_UPSTREAM, MIRROR_VARIABLES } from "./mirror.ts";
import type { NginxOptions } from "./options.ts";
import { pools, TLS_POOL_VARIABLES } from "./pools.ts";
import { quote } from "./quote.ts";
import { staticLines } from "./static-settings.ts";

/**
 * nginx.conf, from the controller's own flags alone: nothing that a user wrote in the cluster ever comes near it, so no
 * object can inject configuration and no change needs a reload. Everything that differs from Route to Route is data.
 */
export function renderConfig(options: NginxOptions): string {
  return [mainContext(options), httpContext(options)].join("\n");
}

function mainContext(options: NginxOptions): string {
  const modules = options.modulePaths.map((path) => `load_module ${quote(path)};`);
  const user = options.user === undefined ? [] : [`user ${options.user};`];
  return `${[...modules, ...user].join("\n")}
worker_processes ${options.workers};
worker_shutdown_timeout ${options.shutdownGracePeriodSeconds}s;
pid ${quote(options.pidFile)};
error_log stderr warn;
pcre_jit on;
# For password hashes alone, one at a time. The queue is longer than what the Lua ever puts into it: see guard-by-password.ts.
thread_pool limpet_passwords threads=1 max_queue=1024;

events {
    worker_connections ${Math.max(512, Math.min(16384, Math.floor(options.openFiles / 2)))};
}
`;
}

function listenLines({ bindAddresses, httpPort, settings }: NginxOptions): string {
  const proxied = settings.useProxyProtocol ? " proxy_protocol" : "";
  return indented(
    8,
    bindAddresses.map((address) => `listen ${address}:${httpPort} default_server${proxied};`),
  );
}

/** Lines that are there only when the client sent something: one look says that it did not, as nearly always. */
const RARE_LINES = `
    map $http_x_forwarded_for$http_x_forwarded_host$http_upgrade $limpet_rare_lines { default $limpet_claimed_for$limpet_claimed_host$limpet_upgrade; "" ""; }
    map $http_x_forwarded_for $limpet_claimed_for { default "\\r\\nX-Original-Forwarded-For: $http_x_forwarded_for"; "" ""; }
    map $http_x_forwarded_host $limpet_claimed_host { default "\\r\\nX-Original-Forwarded-Host: $http_x_forwarded_host"; "" ""; }
    map $http_upgrade $limpet_upgrade { default "\\r\\nUpgrade: $http_upgrade\\r\\nConnection: upgrade"; "" ""; }`;

/** What tells of a body; in HTTP/2 a body needs none of it. */
const TELLS_OF_BODY = "$content_length$http_transfer_encoding$http2";

/**
 * The host of a request that has no body, which costs code no look of its own; and what others say of theirs
 * (src/policies/body-size.ts): its length, or (empty) that there is one, or nothing in HTTP/2.
 */
const BODY = `
    map ${TELLS_OF_BODY} $limpet_bodiless_host { default ""; "" $host; }
    map ${TELLS_OF_BODY} $limpet_body { default $content_length; "" none; h2 h2; h2c h2; }`;

/** Variables that the Lua writes. A map declares them without a cost per request, which \`set\` would have. */
const WRITTEN = [
  "new_request_id",
  "set_cookie",
  "hsts",
  "limit_rate_after",
  "ssl_name",
  "ssl_certificate",
  "ssl_certificate_key",
];
const VARIABLES = [...WRITTEN, ...MIRROR_VARIABLES, ...AUTHORITY_VARIABLES]
  .map((name) => `    map "" $limpet_${name} { default ""; }`)
  .join("\n");

function temporaryPaths(options: NginxOptions): string {
  return ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `    ${name}_temp_path ${quote(`${options.temporaryDirectory}/${name}`)};`)
    .join("\n");
}

function httpContext(options: NginxOptions): string {
  const log = accessLog(options);
  const identity = options.fingerprint === undefined ? "" : ` limpet.identify("${options.fingerprint}")`;
  return `http {
    lua_package_path ${quote(`${options.luaPath}/?.lua;;`)};
    lua_shared_dict limpet_state 8m;
    lua_shared_dict limpet_metrics 64m;
    lua_shared_dict limpet_limits 16m;
    lua_shared_dict limpet_answers 10m;
    lua_shared_dict limpet_a ${options.sharedMemoryMegabytes}m;
    lua_shared_dict limpet_b ${options.sharedMemoryMegabytes}m;
    init_by_lua_block { require("data-plane.main")${identity}${log.start} }
    init_worker_by_lua_block { limpet.startWorker() }
    rewrite_by_lua_no_postpone on;
    # Regular expressions are what users wrote: a search that goes on and on ends, and what is compiled has a bound.
    lua_regex_match_limit 100000;
    lua_regex_cache_max_entries 4096;
    lua_max_running_timers 16;
    # For connections by TLS that the Lua would make, and it makes none. The module gives each location a TLS context of its own
    # all the same, and half of a start of NGINX is making them: a list of one cipher is made sooner than one of all.
    lua_ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256;

${temporaryPaths(options)}
    default_type text/plain;
    # Larger than all that a request usually takes: a second block costs more than the first one's size.
    request_pool_size 16k;
    server_tokens off;
    sendfile on;
    tcp_nodelay on;
${indented(4, staticLines(options.settings))}
    # Looked at only where $limit_rate is set.
    limit_rate_after $limpet_limit_rate_after;
    reset_timedout_connection on;
    variables_hash_max_size 2048;
    variables_hash_bucket_size 128;

    map $http_x_request_id $limpet_request_id { default $http_x_request_id; "" $limpet_new_request_id; }${RARE_LINES}${BODY}
${VARIABLES}
${indented(4, clientIdentityLines(options.settings))}
${TLS_POOL_VARIABLES}
    # "private" with a cookie of ours, unless the response speaks for itself.
    map $limpet_set_cookie $limpet_cache_control { default $limpet_private; "" ""; }
    map $upstream_http_cache_control $limpet_private { default ""; "" private; }

${log.format}
${pools(options.settings)}

${MIRROR_UPSTREAM}

${authorityUpstreams(options.settings)}

    server {
${listenLines(options)}
        server_name _;
        log_by_lua_block { limpet.log() }
        ${log.directive}
${indented(8, toldHostLines(options.settings))}
${locations({ port: options.httpPort, scheme: "http", settings: options.settings, trust: options })}
    }
${httpsServer(options, log.directive)}
    server {
        listen ${quote(`unix:${options.controlSocket}`)};
        access_log off;
        client_max_body_size 0;
        client_body_timeout 300s;
        location = /state { content_by_lua_block { limpet.reportState() } }
        location = /tallies { content_by_lua_block { limpet.reportTallies() } }
        location = /push { content_by_lua_block { limpet.receivePush() } }
    }
}
`;
}
