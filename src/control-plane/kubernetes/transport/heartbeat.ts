import type { ClientHttp2Session } from "node:http2";
import type { Clock } from "../../time/clock.ts";
import { PROBE_AFTER_MS } from "./transport.ts";

/** Milliseconds that a server has to answer a PING. */
const LONGEST_ANSWER_MS = 10_000;

/**
 * Asks a server by PING whether it is still there, and breaks the connection if it is not. TCP's own probes are not enough
 * while something waits to be sent: then only retransmissions tell, after a quarter of an hour, and every exchange in the
 * meantime would be lost on the same dead connection.
 */
export class Heartbeat {
  readonly #session: ClientHttp2Session;
  readonly #clock: Clock;
  #cancel: () => void = () => {};
  /** PINGs that were sent before a stop concern nobody. */
  #round = 0;

  constructor(session: ClientHttp2Session, clock: Clock) {
    this.#session = session;
    this.#clock = clock;
  }

  start(): void {
    this.#cancel = this.#clock.after(PROBE_AFTER_MS, () => this.#beat());
  }

  stop(): void {
    this.#cancel();
    this.#round++;
  }

  #beat(): void {
    if (this.#session.destroyed) return;
    const round = ++this.#round;
    this.#cancel = this.#clock.after(LONGEST_ANSWER_MS, () => {
      this.#session.destroy(Object.assign(new Error("The server does not answer a PING."), { code: "ETIMEDOUT" }));
    });
    this.#session.ping((error) => {
      if (error !== null || round !== this.#round) return;
      this.#cancel();
      this.start();
    });
  }
}
