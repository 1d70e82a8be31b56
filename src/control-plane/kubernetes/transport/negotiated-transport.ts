import type { Clock } from "../../time/clock.ts";
import { Http1Transport } from "./http1-transport.ts";
import { Http2Transport, NotOffered } from "./http2-transport.ts";
import type { ProxyEnvironment } from "./proxy.ts";
import type { Answer, Endpoint, Outgoing, Transport } from "./transport.ts";

/** HTTP/2 for as long as the server offers it, else HTTP/1.1. */
export class NegotiatedTransport implements Transport {
  readonly #http1: Http1Transport;
  readonly #http2: Http2Transport;
  #offered = true;

  constructor(endpoint: Endpoint, proxyEnv: ProxyEnvironment, clock: Clock) {
    this.#http1 = new Http1Transport(endpoint, proxyEnv);
    this.#http2 = new Http2Transport(endpoint, clock);
  }

  async send(request: Outgoing, signal: AbortSignal): Promise<Answer> {
    if (!this.#offered) return this.#http1.send(request, signal);
    try {
      return await this.#http2.send(request, signal);
    } catch (error) {
      if (!(error instanceof NotOffered)) throw error;
      this.#offered = false;
      return this.#http1.send(request, signal);
    }
  }

  retire(): void {
    this.#http1.retire();
    this.#http2.retire();
  }

  close(): void {
    this.#http1.close();
    this.#http2.close();
  }
}
