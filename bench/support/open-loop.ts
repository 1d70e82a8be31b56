export interface Schedule {
  /** When the first request is due; milliseconds of the caller's clock. */
  readonly start: number;
  /** Between two requests; milliseconds. */
  readonly interval: number;
  /** Requests in all. */
  readonly count: number;
}

/** Sends a request on a channel, by its number from 0; a channel carries one at a time. */
export type Send = (this: void, channel: number) => void;

/**
 * Requests at a fixed rate, whatever the answers do. A latency counts from the time at which the request was due, also
 * when it had to wait for a channel: a stall is felt by every request that falls into it, not by the one that met it.
 */
export class OpenLoop {
  /** From due to answered, in the order of the answers; milliseconds, 0 until then. */
  readonly latencies: number[] = [];
  /** From due to the moment at which this client saw that it was due: its own delay; milliseconds. */
  readonly lateness: number[] = [];
  private readonly free: number[] = [];
  /** When the request on each channel was due. */
  private readonly due: number[] = [];
  private readonly schedule: Schedule;
  private readonly now: (this: void) => number;
  private readonly send: Send;
  private seen = 0;
  private sent = 0;
  private done = 0;

  /** @param now milliseconds */
  constructor(channels: number, schedule: Schedule, now: (this: void) => number, send: Send) {
    this.schedule = schedule;
    this.now = now;
    this.send = send;
    for (let channel = 0; channel < channels; channel++) {
      this.free.push(channel);
      this.due.push(0);
    }
    // Now, so that nothing grows later: a virtual machine may have to ask its host for memory, and wait.
    for (let request = 0; request < schedule.count; request++) {
      this.latencies.push(0);
      this.lateness.push(0);
    }
  }

  isDone(): boolean {
    return this.done === this.schedule.count;
  }

  /** Sends what is due by now; to be called without a pause. */
  tick(): void {
    const { count } = this.schedule;
    const now = this.now();
    while (this.seen < count && this.dueOf(this.seen) <= now) {
      this.lateness[this.seen] = now - this.dueOf(this.seen);
      this.seen++;
    }
    this.sendWaiting();
  }

  /** The response on a channel is there, whole; it can carry the next request. */
  answered(channel: number): void {
    this.latencies[this.done] = this.now() - (this.due[channel] as number);
    this.done++;
    this.free.push(channel);
    this.sendWaiting();
  }

  private dueOf(request: number): number {
    return this.schedule.start + request * this.schedule.interval;
  }

  private sendWaiting(): void {
    while (this.sent < this.seen) {
      // The channel that rested longest, so that all of them are used alike.
      const channel = this.free.shift();
      if (channel === undefined) return;
      this.due[channel] = this.dueOf(this.sent);
      this.sent++;
      this.send(channel);
    }
  }
}
