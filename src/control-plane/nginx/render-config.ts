import { accessLog } from "./access-log.ts";
import { httpsServer } from "./https-server.ts";
import { locations } from "./locations.ts";
import type { NginxOptions } from "./options.ts";
import { quote } from "./quote.ts";

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

events {
    worker_connections ${Math.max(512, Math.min(16384, Math.floor(options.openFiles / 2)))};
}
`;
}

function listenLines(options: NginxOptions): string {
  return options.bindAddresses
    .map((address) => `        listen ${address}:${options.httpPort} default_server;`)
    .join("\n");
}

/** Lines that are there only when the client sent something: one look says that it did not, as nearly always. */
const RARE_LINES = `
    map $http_x_forwarded_for$http_x_forwarded_host$http_upgrade $limpet_rare_lines { default $limpet_claimed_for$limpet_claimed_host$limpet_upgrade; "" ""; }
    map $http_x_forwarded_for $limpet_claimed_for { default "\\r\\nX-Original-Forwarded-For: $http_x_forwarded_for"; "" ""; }
    map $http_x_forwarded_host $limpet_claimed_host { default "\\r\\nX-Original-Forwarded-Host: $http_x_forwarded_host"; "" ""; }
    map $http_upgrade $limpet_upgrade { default "\\r\\nUpgrade: $http_upgrade\\r\\nConnection: upgrade"; "" ""; }`;

/** Variables that the Lua writes. A map declares them without a cost per request, which \`set\` would have. */
const VARIABLES = ["new_request_id", "set_cookie", "hsts"]
  .map((name) => `    map "" $limpet_${name} { default ""; }`)
  .join("\n");

function temporaryPaths(options: NginxOptions): string {
  return ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `    ${name}_temp_path ${quote(`${options.temporaryDirectory}/${name}`)};`)
    .join("\n");
}

function httpContext(options: NginxOptions): string {
  const log = accessLog(options);
  return `http {
    lua_package_path ${quote(`${options.luaPath}/?.lua;;`)};
    lua_shared_dict limpet_state 8m;
    lua_shared_dict limpet_metrics 64m;
    lua_shared_dict limpet_a ${options.sharedMemoryMegabytes}m;
    lua_shared_dict limpet_b ${options.sharedMemoryMegabytes}m;
    init_by_lua_block { require("data-plane.main")${log.start} }
    init_worker_by_lua_block { limpet.startWorker() }
    rewrite_by_lua_no_postpone on;
    lua_max_running_timers 16;

${temporaryPaths(options)}
    default_type text/plain;
    server_tokens off;
    sendfile on;
    tcp_nodelay on;
    keepalive_timeout 75s;
    keepalive_requests 1000;
    client_header_buffer_size 1k;
    large_client_header_buffers 4 8k;
    client_max_body_size 1m;
    reset_timedout_connection on;
    variables_hash_max_size 2048;
    variables_hash_bucket_size 128;

    map $http_x_request_id $limpet_request_id { default $http_x_request_id; "" $limpet_new_request_id; }${RARE_LINES}
${VARIABLES}
    # "private" with a cookie of ours, unless the response speaks for itself.
    map $limpet_set_cookie $limpet_cache_control { default $limpet_private; "" ""; }
    map $upstream_http_cache_control $limpet_private { default ""; "" private; }

${log.format}
    upstream limpet {
        server 0.0.0.1;
        balancer_by_lua_block { limpet.balance() }
        keepalive 320;
        keepalive_requests 10000;
        # Below the five seconds after which many servers close an idle connection, so that none is caught closing.
        keepalive_timeout 4s;
    }

    server {
${listenLines(options)}
        server_name _;
        log_by_lua_block { limpet.log() }
        ${log.directive}

${locations({ port: options.httpPort, scheme: "http" })}
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
