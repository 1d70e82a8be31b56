export interface BackOffOptions {
  /** The first pause, milliseconds; each one is twice as long as the one before it. */
  readonly first: number;
  /** The longest pause, milliseconds. */
  readonly longest: number;
  /**
   * Gives a number from 0 to below 1, for what many wait for: pauses are by chance up to half shorter, so that those who
   * lost the same server do not come back in step. Absent: nobody else waits, and pauses are as they are.
   */
  readonly random?: () => number;
  /** Whether there is no pause after the first failure in a row, as a kept connection may just have ended. */
  readonly atOnce?: boolean;
}

/** How long to wait after failures in a row: longer and longer. It keeps count; whoever asks does the waiting. */
export class BackOff {
  readonly #options: BackOffOptions;
  #failures = 0;

  constructor(options: BackOffOptions) {
    this.#options = options;
  }

  /** Failures since the last success. */
  get failures(): number {
    return this.#failures;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  /**
   * Counts a failure.
   *
   * @param least milliseconds that the other side asked to wait
   * @returns milliseconds to wait
   */
  failed(least = 0): number {
    const { random = () => 0 } = this.#options;
    const usual = this.#next() * (1 - random() / 2);
    return least > usual ? least + usual * random() : usual;
  }

  #next(): number {
    const { first, longest, atOnce = false } = this.#options;
    const pauses = atOnce ? this.#failures - 1 : this.#failures;
    this.#failures++;
    return pauses < 0 ? 0 : Math.min(first * 2 ** pauses, longest);
  }
}
