/** What carries one request at a time. */
export interface Channel {
  /**
   * @param answered called when the whole response is there
   * @param free called when the next request can go, which is later where the other side closed the connection
   */
  send(answered: () => void, free: () => void): void;
}

export interface Schedule {
  /** When the first request is due; milliseconds of the caller's clock. */
  readonly start: number;
  /** Between two requests; milliseconds. */
  readonly interval: number;
  /** Requests in all. */
  readonly count: number;
}

/**
 * Requests at a fixed rate, whatever the answers do. A latency counts from the time at which the request was due, also
 * when it had to wait for a channel: a stall is felt by every request that falls into it, not by the one that met it.
 */
export class OpenLoop {
  /** From due to answered, in the order of the answers; milliseconds. */
  readonly latencies: number[] = [];
  /** From due to the moment at which this client saw that it was due: its own delay; milliseconds. */
  readonly lateness: number[] = [];
  readonly #free: Channel[];
  readonly #schedule: Schedule;
  readonly #now: () => number;
  /** Due, and without a channel so far. */
  readonly #waiting: number[] = [];
  #seen = 0;

  /** @param now milliseconds */
  constructor(channels: readonly Channel[], schedule: Schedule, now: () => number) {
    this.#free = [...channels];
    this.#schedule = schedule;
    this.#now = now;
  }

  /** Sends what is due by now; to be called without a pause. */
  tick(): void {
    const { start, interval, count } = this.#schedule;
    const now = this.#now();
    while (this.#seen < count) {
      const due = start + this.#seen * interval;
      if (due > now) break;
      this.#seen += 1;
      this.lateness.push(now - due);
      this.#waiting.push(due);
    }
    this.#send();
  }

  get isDone(): boolean {
    return this.latencies.length === this.#schedule.count;
  }

  #send(): void {
    while (this.#waiting.length > 0) {
      // The channel that rested longest, so that all of them are used alike.
      const channel = this.#free.shift();
      if (channel === undefined) return;
      const due = this.#waiting.shift() as number;
      channel.send(
        () => this.latencies.push(this.#now() - due),
        () => {
          this.#free.push(channel);
          this.#send();
        },
      );
    }
  }
}
