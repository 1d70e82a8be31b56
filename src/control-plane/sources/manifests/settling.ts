/** How a file looks; undefined when it is not there. */
type State = string | undefined;

/** Files to which something happened in one turn of the event loop. */
interface Group {
  readonly files: Map<string, State>;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Waits until nobody writes to a file any more: one that is written in place is seen empty, and then in part, before
 * it is complete. Each file waits by itself; those that were noticed together settle together.
 */
export class Settling {
  readonly #groupOf = new Map<string, Group>();
  /** The group of this turn. */
  #open: Group | undefined;
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
    return this.#groupOf.size === 0;
  }

  /** Something has happened to the file: its time begins anew. */
  notice(file: string): void {
    this.forget(file);
    this.#open ??= this.#begin();
    this.#open.files.set(file, this.#look(file));
    this.#groupOf.set(file, this.#open);
  }

  /** The file is looked after otherwise. */
  forget(file: string): void {
    const group = this.#groupOf.get(file);
    this.#groupOf.delete(file);
    group?.files.delete(file);
    if (group?.files.size === 0) clearTimeout(group.timer);
  }

  stop(): void {
    for (const file of [...this.#groupOf.keys()]) this.forget(file);
  }

  /** The time runs from the end of the turn, so that no event of it shortens another's. */
  #begin(): Group {
    const group: Group = { files: new Map(), timer: undefined };
    setImmediate(() => {
      this.#open = undefined;
      if (group.files.size > 0) group.timer = setTimeout(() => this.#check(group), this.#milliseconds);
    });
    return group;
  }

  #check(group: Group): void {
    for (const [file, state] of [...group.files]) {
      if (state !== this.#look(file)) {
        this.notice(file);
      } else {
        this.forget(file);
        this.#settled(file);
      }
    }
  }
}
