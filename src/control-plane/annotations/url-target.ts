import { isIP } from "node:net";
import type { UrlTarget } from "../translate/backend-ref.ts";

/** A port for each scheme where the URL names none. */
export const DEFAULT_PORTS = { http: 80, https: 443 } as const;

/** Where an http or https URL leads; undefined when its host is neither a name nor an address. */
export function urlTarget(url: URL): UrlTarget | undefined {
  const scheme = url.protocol === "https:" ? "https" : "http";
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const named = isIP(host) !== 0 || /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_.])?$/.test(host);
  const port = url.port === "" ? DEFAULT_PORTS[scheme] : Number(url.port);
  return named && port > 0 ? { scheme, host, port } : undefined;
}
