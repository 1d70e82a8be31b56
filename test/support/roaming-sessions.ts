import http from "node:http";
import { type Reply, send } from "./client.ts";
import { quantile } from "./row.ts";

/** What an endpoint is just now: known to every replica, to some of them, or on its way out. */
export type Presence = "live" | "coming" | "gone";

/** A request of a session that did not come to where the one before it came. */
export interface Move {
  readonly from: string;
  readonly to: string;
  /** What the endpoint was that it left, when the answer came: a session leaves a live one for no good reason. */
  readonly left: Presence;
}

export interface RoamingOptions {
  /** Of replicas: each request goes to one of them by chance. */
  readonly ports: readonly number[];
  readonly host: string;
  /** How many sessions there are at a time. */
  readonly count: number;
  /** After so many requests a session ends, and a new client takes its place. */
  readonly length: number;
  readonly presence: (endpoint: string) => Presence;
  /** Gives an integer from 0 to below the limit. */
  readonly random: (limit: number) => number;
}

/** Clients behind a balancer that sends each of their requests to any replica, without a pause, cookies kept. */
export class RoamingSessions {
  readonly failed: string[] = [];
  readonly moves: Move[] = [];
  requests = 0;
  sessions = 0;
  readonly #options: RoamingOptions;
  readonly #durations: number[] = [];
  readonly #loops: Promise<void>[];
  readonly #agent = new http.Agent({ keepAlive: true });
  #running = true;

  constructor(options: RoamingOptions) {
    this.#options = options;
    this.#loops = Array.from({ length: options.count }, () => this.#clients());
  }

  /** The moves away from endpoints that were this. */
  movesFrom(presence: Presence): readonly Move[] {
    return this.moves.filter(({ left }) => left === presence);
  }

  /** Milliseconds. */
  p99(): number {
    return quantile(this.#durations, 0.99);
  }

  async stop(): Promise<void> {
    this.#running = false;
    await Promise.all(this.#loops);
    this.#agent.destroy();
  }

  async #clients(): Promise<void> {
    while (this.#running) await this.#session();
  }

  async #session(): Promise<void> {
    this.sessions++;
    let cookie: string | undefined;
    let before = "";
    for (let i = 0; i < this.#options.length && this.#running; i++) {
      const reply = await this.#request(cookie);
      if (reply === undefined) continue;
      const [line] = reply.setCookies;
      if (line !== undefined) cookie = line.slice(0, line.indexOf(";"));
      if (before !== "" && reply.endpoint !== before) this.#moved(before, reply.endpoint);
      before = reply.endpoint;
    }
  }

  #moved(from: string, to: string): void {
    this.moves.push({ from, to, left: this.#options.presence(from) });
  }

  /** Undefined, and counted, when it failed. */
  async #request(cookie: string | undefined): Promise<Reply | undefined> {
    const { ports, host, random } = this.#options;
    const port = ports[random(ports.length)] as number;
    const start = performance.now();
    this.requests++;
    try {
      const reply = await send(port, { host, agent: this.#agent, ...(cookie === undefined ? {} : { cookie }) });
      if (reply.status === 200) return reply;
      this.failed.push(String(reply.status));
    } catch (error) {
      this.failed.push(String(error));
    } finally {
      this.#durations.push(performance.now() - start);
    }
    return undefined;
  }
}
