import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "../../test/support/free-port.ts";
import { findProgram } from "../support/binaries.ts";
import { writeCertificate } from "../support/certificate.ts";
import { waitForPort } from "../support/ports.ts";
import { startProcess } from "../support/processes.ts";
import { COOKIE_NAME, hostsOf, type RunningSubject, type Subject, type SubjectOptions } from "./subject.ts";

/**
 * The same headers that the other proxies set. Host, Upgrade and Connection HAProxy passes on by itself. The request's
 * id is 32 hex digits, as NGINX's is; uuid() would cost HAProxy 2,700 instructions more.
 */
const forwardedHeaders = (scheme: string) => `
    http-request set-header X-Request-ID %[rand,hex]%[rand,hex] unless { req.hdr(X-Request-ID) -m found }
    http-request set-header X-Real-IP %[src]
    http-request set-header X-Original-Forwarded-For %[req.hdr(X-Forwarded-For)] if { req.hdr(X-Forwarded-For) -m found }
    http-request set-header X-Forwarded-For %[src]
    http-request set-header X-Forwarded-Host %[req.hdr(Host)]
    http-request set-header X-Forwarded-Port %[dst_port]
    http-request set-header X-Forwarded-Proto ${scheme}
    http-request set-header X-Forwarded-Scheme ${scheme}
    http-request set-header X-Scheme ${scheme}
    http-request del-header Proxy`;

function serverLines({ affinity, endpoints }: SubjectOptions): string {
  return endpoints
    .map(({ address, port }, number) => {
      const cookie = affinity === "none" ? "" : ` cookie s${number}`;
      return `    server s${number} ${address}:${port}${cookie} pool-max-conn 320`;
    })
    .join("\n");
}

/** One Route needs no look-up; more of them are found in a map, HAProxy's index for that. */
function useBackend({ directory, routes }: SubjectOptions): string {
  if (routes === 1) return "    default_backend endpoints";
  return `    use_backend %[req.hdr(Host),lower,map_str(${mapFile(directory)})]`;
}

function mapFile(directory: string): string {
  return join(directory, "hosts.map");
}

/** The address, and TLS where it is asked for, of the versions that the others take. */
async function bindLine({ directory, tls }: SubjectOptions, port: number): Promise<string> {
  const more = tls ? ` ssl crt ${await writeCertificate(directory)} alpn h2,http/1.1 ssl-min-ver TLSv1.2` : "";
  return `    bind 127.0.0.1:${port}${more}`;
}

async function configOf(options: SubjectOptions, port: number, headers: string): Promise<string> {
  const cookie = options.affinity === "none" ? "" : `    cookie ${COOKIE_NAME} insert indirect nocache`;
  const log = options.accessLog ? "    log global\n    option httplog" : "";
  return `global
    nbthread 1
    maxconn 4096
    log ${options.accessLog ? "stdout format raw local0 info" : "127.0.0.1:9 local0 emerg"}
defaults
    mode http
    timeout connect 5s
    timeout client 75s
    timeout server 60s
    option http-keep-alive
    http-reuse always
${log}
frontend clients
${await bindLine(options, port)}
${headers}
${useBackend(options)}
backend endpoints
    balance roundrobin
${cookie}
${serverLines(options)}
`;
}

async function start(options: SubjectOptions, headers: string): Promise<RunningSubject> {
  const port = await freePort();
  const map = hostsOf(options.routes).map((host) => `${host} endpoints\n`);
  await writeFile(mapFile(options.directory), map.join(""));
  const file = join(options.directory, "haproxy.cfg");
  await writeFile(file, await configOf(options, port, headers));
  const process = await startProcess([...options.runner, findProgram("haproxy"), "-db", "-f", file]);
  await waitForPort(port, process, "HAProxy");
  return { port, process };
}

export const haproxy: Subject = {
  name: "haproxy",
  title: "HAProxy cookie insert, forwarded headers",
  issuesCookies: true,
  start: (options) => start(options, forwardedHeaders(options.tls ? "https" : "http")),
};

export const haproxyBare: Subject = {
  name: "haproxy-bare",
  title: "HAProxy cookie insert, no extra headers",
  issuesCookies: true,
  start: (options) => start(options, ""),
};
