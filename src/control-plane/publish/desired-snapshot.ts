import type { EntryChanges } from "./push.ts";

export function applyChanges(entries: Map<string, string>, changes: EntryChanges): void {
  for (const [name, body] of changes) {
    if (body === undefined) entries.delete(name);
    else entries.set(name, body);
  }
}

/** The entries that a data plane is to hold, and which of them it may not hold yet. */
export class DesiredSnapshot {
  readonly #entries: Map<string, string>;
  readonly #pending = new Set<string>();
  #since = 0;
  #revision = 0;

  constructor(entries: ReadonlyMap<string, string> | undefined) {
    this.#entries = new Map(entries);
  }

  get entries(): ReadonlyMap<string, string> {
    return this.#entries;
  }

  /** Grows with every change. */
  get revision(): number {
    return this.#revision;
  }

  /** How many entries may differ from what the data plane holds. */
  get pending(): number {
    return this.#pending.size;
  }

  /** When the oldest of the pending changes came; milliseconds of `performance.now()`. */
  get since(): number {
    return this.#since;
  }

  /** These entries and no others. */
  replace(entries: EntryChanges): void {
    const changes = new Map(entries);
    for (const name of this.#entries.keys()) {
      if (!changes.has(name)) changes.set(name, undefined);
    }
    this.update(changes);
  }

  update(changes: EntryChanges): void {
    const names: string[] = [];
    for (const [name, body] of changes) {
      if (body !== this.#entries.get(name)) names.push(name);
    }
    if (names.length === 0) return;
    this.#revision++;
    this.pend(names, performance.now());
    applyChanges(this.#entries, changes);
  }

  /** Marks entries as not known to be held, since a time. */
  pend(names: Iterable<string>, since: number): void {
    this.#since = this.#pending.size === 0 ? since : Math.min(since, this.#since);
    for (const name of names) this.#pending.add(name);
  }

  /** What is pending and differs from what is held; nothing is pending afterwards. */
  takeDifference(held: ReadonlyMap<string, string>): Map<string, string | undefined> {
    const changes = new Map<string, string | undefined>();
    for (const name of this.#pending) {
      const body = this.#entries.get(name);
      if (body !== held.get(name)) changes.set(name, body);
    }
    this.#pending.clear();
    return changes;
  }

  /** All entries; nothing is pending afterwards. */
  takeAll(): Map<string, string | undefined> {
    this.#pending.clear();
    return new Map(this.#entries);
  }
}
