/** How a file looks; undefined when it is not there. */
type State = string | undefined;

interface Waiting {
  readonly timer: NodeJS.Timeout;
  readonly state: State;
}

/**
 * Waits, for each file by itself, until nobody writes to it any more: a file that is written in place is seen empty,
 * and then in part, before it is complete.
 */
export class Settling {
  readonly #waiting = new Map<string, Waiting>();
  readonly #milliseconds: number;
  readonly #look: (file: string) => State;
  readonly #settled: (file: string) => void;

  /**
   * @param milliseconds without an event and without a change of the file's state before it counts as complete
   * @param look gives the file's state (size and times)
   * @param settled is told each file that has settled
   */
  constructor(milliseconds: number, look: (file: string) => State, settled: (file: string) => void) {
    this.#milliseconds = milliseconds;
    this.#look = look;
    this.#settled = settled;
  }

  get idle(): boolean {
    return this.#waiting.size === 0;
  }

  /** Something has happened to the file: its time begins anew. */
  notice(file: string): void {
    clearTimeout(this.#waiting.get(file)?.timer);
    const timer = setTimeout(() => this.#check(file), this.#milliseconds);
    this.#waiting.set(file, { timer, state: this.#look(file) });
  }

  /** The file is looked after otherwise. */
  forget(file: string): void {
    clearTimeout(this.#waiting.get(file)?.timer);
    this.#waiting.delete(file);
  }

  stop(): void {
    for (const file of [...this.#waiting.keys()]) this.forget(file);
  }

  #check(file: string): void {
    const waiting = this.#waiting.get(file);
    if (waiting === undefined) return;
    if (waiting.state !== this.#look(file)) {
      this.notice(file);
      return;
    }
    this.#waiting.delete(file);
    this.#settled(file);
  }
}
