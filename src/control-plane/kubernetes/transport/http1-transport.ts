import http, { Agent as HttpAgent, type IncomingMessage, type RequestOptions } from "node:http";
import https, { Agent as HttpsAgent } from "node:https";
import type { ProxyEnvironment } from "./proxy.ts";
import { tlsOptions } from "./tls-options.ts";
import { type Answer, type Endpoint, hostOf, type Outgoing, PROBE_AFTER_MS, type Transport } from "./transport.ts";

/** HTTP/1.1: a connection for each exchange that is under way. */
export class Http1Transport implements Transport {
  readonly #url: URL;
  readonly #agent: HttpAgent;

  constructor(endpoint: Endpoint, proxyEnv: ProxyEnvironment) {
    this.#url = endpoint.url;
    const kept = { keepAlive: true, keepAliveMsecs: PROBE_AFTER_MS, proxyEnv };
    this.#agent =
      this.#url.protocol === "http:" ? new HttpAgent(kept) : new HttpsAgent({ ...kept, ...tlsOptions(endpoint) });
  }

  async send({ method, path, headers, body }: Outgoing, signal: AbortSignal): Promise<Answer> {
    const { port } = this.#url;
    const place = { host: hostOf(this.#url), ...(port !== "" && { port }) };
    const options: RequestOptions = { ...place, method, path, headers, signal, agent: this.#agent };
    for (;;) {
      const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
      const sending = this.#url.protocol === "http:" ? http.request(options) : https.request(options);
      sending.on("response", resolve).on("error", reject);
      sending.end(body);
      try {
        const response = await promise;
        const { statusCode: status = 0 } = response;
        return { status, headers: response.headers, body: response, end: () => response.destroy() };
      } catch (error) {
        if (signal.aborted || method !== "GET" || !sending.reusedSocket) throw error;
      }
    }
  }

  retire(): void {
    for (const sockets of Object.values(this.#agent.freeSockets)) {
      for (const socket of sockets ?? []) socket.destroy();
    }
  }

  close(): void {
    this.#agent.destroy();
  }
}
