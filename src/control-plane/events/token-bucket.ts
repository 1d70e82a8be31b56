import type { Clock } from "../time/clock.ts";

/** Lets so much happen at once, and so much a second from then on. */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #size: number;
  readonly #perMs: number;
  #tokens: number;
  #since: number;

  constructor(clock: Clock, size: number, perSecond: number) {
    this.#clock = clock;
    this.#size = size;
    this.#perMs = perSecond / 1000;
    this.#tokens = size;
    this.#since = clock.now();
  }

  /** Milliseconds until there is a token; 0: there is one. */
  wait(): number {
    this.#refill();
    return this.#tokens >= 1 ? 0 : Math.ceil((1 - this.#tokens) / this.#perMs);
  }

  /** Takes a token that is there. */
  take(): void {
    this.#refill();
    this.#tokens -= 1;
  }

  #refill(): void {
    const now = this.#clock.now();
    this.#tokens = Math.min(this.#size, this.#tokens + (now - this.#since) * this.#perMs);
    this.#since = now;
  }
}
