/** Milliseconds: the first pause, and the longest. */
const FIRST_MS = 250;
const LONGEST_MS = 15_000;

/**
 * How long to wait after failures in a row: twice as long each time, by chance up to half of it less, so that many who
 * lost the same server do not come back in step.
 */
export class BackOff {
  readonly #random: () => number;
  #failures = 0;

  /** @param random gives a number from 0 to below 1 */
  constructor(random: () => number) {
    this.#random = random;
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
   * @param least seconds that the server asked to wait
   * @returns milliseconds to wait
   */
  failed(least = 0): number {
    const pause = Math.min(FIRST_MS * 2 ** this.#failures++, LONGEST_MS);
    const spread = pause * (1 - this.#random() / 2);
    return least * 1000 > spread ? least * 1000 + spread * this.#random() : spread;
  }
}
