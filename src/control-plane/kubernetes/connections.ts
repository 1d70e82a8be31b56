import type { Clock } from "../time/clock.ts";
import type { Access, Credential } from "./access.ts";
import { Http1Transport } from "./transport/http1-transport.ts";
import { NegotiatedTransport } from "./transport/negotiated-transport.ts";
import { mayUseProxy, proxyEnvironment } from "./transport/proxy.ts";
import { hostOf, type Transport } from "./transport/transport.ts";

/** Kept connections to an API server, made anew when certificates have changed. */
export class Connections {
  readonly #access: Access;
  readonly #clock: Clock;
  readonly #url: URL;
  #transport: Transport | undefined;
  #madeFor = "";

  constructor(access: Access, clock: Clock) {
    this.#access = access;
    this.#clock = clock;
    this.#url = new URL(access.server);
  }

  /** @throws Error of one sentence when the authority's certificate cannot be read */
  async transport({ certificate, key }: Credential): Promise<Transport> {
    const authority = await this.#access.authority();
    const madeFor = JSON.stringify([authority, certificate, key]);
    if (this.#transport !== undefined && this.#madeFor === madeFor) return this.#transport;
    this.#transport?.retire();
    this.#madeFor = madeFor;
    this.#transport = this.#make(authority, certificate, key);
    return this.#transport;
  }

  close(): void {
    this.#transport?.close();
    this.#transport = undefined;
  }

  #make(authority: string | undefined, certificate: string | undefined, key: string | undefined): Transport {
    const { serverName, insecure } = this.#access;
    const endpoint = { url: this.#url, authority, certificate, key, serverName, insecure };
    const proxies = proxyEnvironment(this.#access);
    if (this.#url.protocol === "http:" || mayUseProxy(proxies, hostOf(this.#url))) {
      return new Http1Transport(endpoint, proxies);
    }
    return new NegotiatedTransport(endpoint, proxies, this.#clock);
  }
}
