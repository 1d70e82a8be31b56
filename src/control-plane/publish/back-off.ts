/**
 * Pauses between attempts: none after the first failure in a row, as a kept connection may just have ended; then longer
 * and longer.
 */
export class BackOff {
  readonly #first: number;
  readonly #last: number;
  #failures = 0;
  #wake: (() => void) | undefined;

  /** Milliseconds: the first pause, and the longest. */
  constructor(first: number, last: number) {
    this.#first = first;
    this.#last = last;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  /** Counts a failure; resolves when it is time to try again. */
  async failed(): Promise<void> {
    const failures = this.#failures++;
    if (failures === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, Math.min(this.#first * 2 ** (failures - 1), this.#last));
    this.#wake = resolve;
    await promise;
    this.#wake = undefined;
    clearTimeout(timer);
  }

  /** Ends a pause that is under way, and starts counting anew. */
  reset(): void {
    this.#failures = 0;
    this.#wake?.();
  }
}
