import { join } from "node:path";
import { freePort } from "../../test/support/free-port.ts";
import { writeCertificate } from "../support/certificate.ts";
import { startNginx, temporaryPaths } from "../support/nginx.ts";
import { COOKIE_NAME, hostsOf, type RunningSubject, type Subject, type SubjectOptions } from "./subject.ts";

const KEEP_ALIVE_HEADER = `proxy_set_header Connection "";`;

/** The headers that ingress-nginx tells an endpoint about the client. */
const FORWARDED_HEADERS = `
            proxy_set_header Host $http_host;
            proxy_set_header X-Request-ID $req_id;
            proxy_set_header X-Real-IP $remote_addr;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header X-Forwarded-Host $http_host;
            proxy_set_header X-Forwarded-Port $server_port;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_set_header X-Forwarded-Scheme $scheme;
            proxy_set_header X-Scheme $scheme;
            proxy_set_header X-Original-Forwarded-For $http_x_forwarded_for;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
            proxy_set_header Proxy "";`;

function upstreamOf({ affinity, endpoints }: SubjectOptions): string {
  const hash = affinity === "none" ? "" : `hash $cookie_${COOKIE_NAME} consistent;`;
  const servers = endpoints.map(({ address, port }) => `server ${address}:${port};`);
  return [hash, ...servers].join("\n        ");
}

/** As Limpet has it. */
function tlsLines(certificate: string): string {
  return `
    ssl_certificate ${certificate};
    ssl_certificate_key ${certificate};
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_cache shared:tls:10m;
    ssl_session_timeout 1h;
    ssl_buffer_size 4k;`;
}

/** One for each Route, which is how NGINX alone tells hosts apart. */
function serversOf({ routes, tls }: SubjectOptions, port: number, headers: string): string {
  const serverFor = (host: string) => `server {
        listen 127.0.0.1:${port}${tls ? " ssl http2" : ""};
        server_name ${host};
        location / {
            proxy_pass http://endpoints;
            proxy_http_version 1.1;
            proxy_buffering off;
            ${headers}
        }
    }`;
  return hostsOf(routes).map(serverFor).join("\n    ");
}

async function configOf(options: SubjectOptions, port: number, headers: string): Promise<string> {
  const log = options.accessLog ? `${join(options.directory, "access.log")} combined` : "off";
  const tls = options.tls ? tlsLines(await writeCertificate(options.directory)) : "";
  return `worker_processes 1;
pid ${options.directory}/nginx.pid;
error_log stderr error;
pcre_jit on;
events { worker_connections 4096; }
http {
    access_log ${log};
    ${temporaryPaths(options.directory)}
    server_tokens off;
    sendfile on;
    tcp_nodelay on;${tls}
    map $http_upgrade $connection_upgrade { default upgrade; "" ""; }
    map $http_x_request_id $req_id { default $http_x_request_id; "" $request_id; }
    upstream endpoints {
        ${upstreamOf(options)}
        keepalive 320;
        keepalive_requests 10000;
    }
    server_names_hash_max_size 65536;
    ${serversOf(options, port, headers)}
}
`;
}

async function start(options: SubjectOptions, headers: string): Promise<RunningSubject> {
  const { directory, runner } = options;
  const port = await freePort();
  const config = await configOf(options, port, headers);
  return { port, process: await startNginx({ name: "plain NGINX", directory, config, port, runner }) };
}

/** NGINX that hashes whatever cookie a client sends, and passes on what ingress-nginx passes on. */
export const nginxHash: Subject = {
  name: "nginx-hash",
  title: "NGINX hash consistent, forwarded headers",
  issuesCookies: false,
  start: (options) => start(options, FORWARDED_HEADERS),
};

export const nginxHashBare: Subject = {
  name: "nginx-hash-bare",
  title: "NGINX hash consistent, no extra headers",
  issuesCookies: false,
  start: (options) => start(options, KEEP_ALIVE_HEADER),
};
