const NAMES = ["SIGINT", "SIGTERM"] as const;

/** SIGINT and SIGTERM as an orderly end: from its making on, neither ends the process by itself. */
export class Signals {
  readonly #first = Promise.withResolvers<void>();
  readonly #onSignal = () => this.#received();
  #count = 0;
  #hurry: (() => unknown) | undefined;

  constructor() {
    for (const name of NAMES) process.on(name, this.#onSignal);
  }

  /** Resolves at the first signal. */
  get first(): Promise<void> {
    return this.#first.promise;
  }

  /** Whether there was one. */
  get received(): boolean {
    return this.#count > 0;
  }

  /** What a second signal does: cut short what still runs. A third ends the process. */
  onSecond(hurry: () => unknown): void {
    this.#hurry = hurry;
    if (this.#count > 1) hurry();
  }

  release(): void {
    for (const name of NAMES) process.off(name, this.#onSignal);
  }

  #received(): void {
    this.#count++;
    this.#first.resolve();
    if (this.#count === 2) this.#hurry?.();
    if (this.#count > 2) process.exit(1);
  }
}
