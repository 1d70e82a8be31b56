import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { Access, Credential } from "./access.ts";

/**
 * Idle time after which the kernel asks whether the other end is still there, milliseconds. libuv then asks ten times, once
 * a second: a server that vanished is noticed after 40 seconds.
 */
const PROBE_AFTER_MS = 30_000;

const PROXY_VARIABLES = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"];

function proxyEnvironment(access: Access): Record<string, string | undefined> {
  const url = access.proxyUrl;
  if (url !== undefined) return { HTTP_PROXY: url, HTTPS_PROXY: url };
  return Object.fromEntries(PROXY_VARIABLES.map((name) => [name, process.env[name]]));
}

/** Kept connections to an API server, made anew when certificates have changed. */
export class Connections {
  readonly #access: Access;
  #agent: HttpAgent | undefined;
  #madeFor = "";

  constructor(access: Access) {
    this.#access = access;
  }

  /** @throws Error of one sentence when the authority's certificate cannot be read */
  async agent({ certificate, key }: Credential): Promise<HttpAgent> {
    const authority = await this.#access.authority();
    const madeFor = JSON.stringify([authority, certificate, key]);
    if (this.#agent !== undefined && this.#madeFor === madeFor) return this.#agent;
    this.#retire();
    this.#madeFor = madeFor;
    this.#agent = this.#make(authority, certificate, key);
    return this.#agent;
  }

  close(): void {
    this.#agent?.destroy();
    this.#agent = undefined;
  }

  #make(authority: string | undefined, certificate: string | undefined, key: string | undefined): HttpAgent {
    const { server, serverName, insecure } = this.#access;
    const proxyEnv = proxyEnvironment(this.#access);
    const kept = { keepAlive: true, keepAliveMsecs: PROBE_AFTER_MS, proxyEnv } as const;
    if (server.startsWith("http:")) return new HttpAgent(kept);
    return new HttpsAgent({
      ...kept,
      rejectUnauthorized: !insecure,
      ...(authority !== undefined && { ca: authority }),
      ...(certificate !== undefined && { cert: certificate }),
      ...(key !== undefined && { key }),
      ...(serverName !== undefined && { servername: serverName }),
    });
  }

  /** What is under way may end on the old connections. */
  #retire(): void {
    for (const sockets of Object.values(this.#agent?.freeSockets ?? {})) {
      for (const socket of sockets ?? []) socket.destroy();
    }
  }
}
