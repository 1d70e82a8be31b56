import type { Access } from "../access.ts";

/** Variables that say which proxy leads to a server, as Node's agents read them. */
export type ProxyEnvironment = Readonly<Record<string, string | undefined>>;

const VARIABLES = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"];

/** Those that hold for an API server. */
export function proxyEnvironment({ proxyUrl }: Access): ProxyEnvironment {
  if (proxyUrl !== undefined) return { HTTP_PROXY: proxyUrl, HTTPS_PROXY: proxyUrl };
  return Object.fromEntries(VARIABLES.map((name) => [name, process.env[name]]));
}

function isExcepted(host: string, list: string): boolean {
  const entries = list.split(",").map((entry) => entry.trim().toLowerCase());
  return entries.some((entry) => entry === host || (entry.startsWith(".") && host.endsWith(entry)));
}

/**
 * Whether a proxy may lead to an https: server. NO_PROXY has further forms, ranges of addresses and ports: a server that
 * only these except counts as one behind a proxy here, and Node's agent, which knows them, goes to it directly.
 */
export function mayUseProxy(environment: ProxyEnvironment, host: string): boolean {
  const proxy = environment["https_proxy"] || environment["HTTPS_PROXY"];
  if (!proxy) return false;
  return !isExcepted(host.toLowerCase(), environment["no_proxy"] || environment["NO_PROXY"] || "");
}
