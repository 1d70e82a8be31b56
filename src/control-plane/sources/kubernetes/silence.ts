import type { Clock } from "../../time/clock.ts";

/** Notices when something has not been heard of for too long, at the cost of reading the clock. */
export class Silence {
  readonly #clock: Clock;
  readonly #longest: number;
  readonly #tooLong: () => void;
  #heard: number;
  #cancel: () => void;

  /** @param longest milliseconds; @param tooLong called once */
  constructor(clock: Clock, longest: number, tooLong: () => void) {
    this.#clock = clock;
    this.#longest = longest;
    this.#tooLong = tooLong;
    this.#heard = clock.now();
    this.#cancel = clock.after(longest, () => this.#check());
  }

  heard(): void {
    this.#heard = this.#clock.now();
  }

  stop(): void {
    this.#cancel();
  }

  #check(): void {
    const left = this.#heard + this.#longest - this.#clock.now();
    if (left <= 0) this.#tooLong();
    else this.#cancel = this.#clock.after(left, () => this.#check());
  }
}
