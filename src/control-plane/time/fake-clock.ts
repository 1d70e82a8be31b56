import type { Clock } from "./clock.ts";

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** For tests: a clock that stands still until it is told to go on. */
export class FakeClock implements Clock {
  #now = 0;
  readonly #timers = new Set<Timer>();
  readonly #startedAt: number;

  /** @param startedAt the date at the start, milliseconds since 1970 */
  constructor(startedAt = Date.UTC(2026, 0, 31, 12)) {
    this.#startedAt = startedAt;
  }

  readonly now = () => this.#now;
  readonly date = () => this.#startedAt + this.#now;

  readonly after = (milliseconds: number, callback: () => void): (() => void) => {
    const timer = { at: this.#now + milliseconds, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  /** Timers that have not gone off. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** Goes on by so many milliseconds, stopping at each timer for everything that it sets going. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    await settled();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
      await settled();
    }
    this.#now = end;
  }

  #next(end: number): Timer | undefined {
    const due = [...this.#timers].filter(({ at }) => at <= end);
    return due.sort((a, b) => a.at - b.at)[0];
  }
}

/** Resolves when everything that needs no timer and no I/O has been done. */
export function settled(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}
