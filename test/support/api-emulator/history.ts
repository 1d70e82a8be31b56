import type { StoredObject } from "./stored-object.ts";

/** One write: `before` is missing for a creation, `after` for a deletion. */
export interface Change {
  readonly resourceVersion: number;
  readonly before: StoredObject | undefined;
  readonly after: StoredObject | undefined;
}

/** The last changes of one resource, no more than `length` of them. */
export class History {
  readonly #length: number;
  #changes: Change[] = [];
  /** Changes up to this resourceVersion may be missing. */
  #forgotten = 0;

  constructor(length: number) {
    this.#length = length;
  }

  add(change: Change): void {
    this.#changes.push(change);
    // Dropping one from the front costs as much as dropping many: so the list grows to twice its length first.
    if (this.#changes.length >= 2 * this.#length) this.#forget(this.#changes.length - this.#length);
  }

  /** What happened after a resourceVersion, oldest first; undefined when not all of it is known any more. */
  since(resourceVersion: number): readonly Change[] | undefined {
    const oldest = this.#oldestKept();
    if (resourceVersion < oldest) return undefined;
    const changes = this.#changes;
    let first = changes.length;
    while (first > 0 && (changes[first - 1] as Change).resourceVersion > resourceVersion) first -= 1;
    return changes.slice(first);
  }

  /** The oldest resourceVersion that `since` answers. */
  get oldest(): number {
    return this.#oldestKept();
  }

  /** Forgets everything up to a resourceVersion, as etcd's compaction does. */
  compact(resourceVersion: number): void {
    this.#changes = this.#changes.filter((change) => change.resourceVersion > resourceVersion);
    this.#forgotten = Math.max(this.#forgotten, resourceVersion);
  }

  #oldestKept(): number {
    const surplus = this.#changes.length - this.#length;
    return surplus > 0 ? (this.#changes[surplus - 1] as Change).resourceVersion : this.#forgotten;
  }

  #forget(count: number): void {
    const dropped = this.#changes.splice(0, count);
    this.#forgotten = dropped.at(-1)?.resourceVersion ?? this.#forgotten;
  }
}
