import { type Change, History } from "./history.ts";
import type { StoredObject } from "./stored-object.ts";

/** Older states kept ready for the pages of a list that is under way. */
const SNAPSHOTS_KEPT = 4;

function byKey(a: StoredObject, b: StoredObject): number {
  return a.key < b.key ? -1 : 1;
}

/** All objects of one resource, with their last changes. */
export class Shelf {
  readonly #objects = new Map<string, StoredObject>();
  readonly #history: History;
  readonly #snapshots = new Map<number, readonly StoredObject[]>();
  #sorted: readonly StoredObject[] | undefined;
  #lastChange = 0;

  constructor(historyLength: number) {
    this.#history = new History(historyLength);
  }

  get(key: string): StoredObject | undefined {
    return this.#objects.get(key);
  }

  get size(): number {
    return this.#objects.size;
  }

  commit(change: Change): void {
    const { after, before } = change;
    if (after !== undefined) this.#objects.set(after.key, after);
    else if (before !== undefined) this.#objects.delete(before.key);
    this.#history.add(change);
    this.#sorted = undefined;
    this.#lastChange = change.resourceVersion;
  }

  /** Everything as it is, sorted by key. */
  current(): readonly StoredObject[] {
    this.#sorted ??= [...this.#objects.values()].sort(byKey);
    return this.#sorted;
  }

  /** Everything as it was at a resourceVersion; undefined when that is not known any more. */
  at(resourceVersion: number): readonly StoredObject[] | undefined {
    const since = this.#history.since(resourceVersion);
    if (since === undefined) return undefined;
    if (resourceVersion >= this.#lastChange) return this.#keep(resourceVersion, this.current());
    return this.#snapshots.get(resourceVersion) ?? this.#keep(resourceVersion, this.#undo(since));
  }

  since(resourceVersion: number): readonly Change[] | undefined {
    return this.#history.since(resourceVersion);
  }

  get oldest(): number {
    return this.#history.oldest;
  }

  compact(resourceVersion: number): void {
    this.#history.compact(resourceVersion);
    this.#snapshots.clear();
  }

  #undo(changes: readonly Change[]): readonly StoredObject[] {
    const objects = new Map(this.#objects);
    for (const { before, after } of changes.toReversed()) {
      if (before !== undefined) objects.set(before.key, before);
      else if (after !== undefined) objects.delete(after.key);
    }
    return [...objects.values()].sort(byKey);
  }

  #keep(resourceVersion: number, objects: readonly StoredObject[]): readonly StoredObject[] {
    this.#snapshots.delete(resourceVersion);
    this.#snapshots.set(resourceVersion, objects);
    const oldest = this.#snapshots.keys().next();
    if (this.#snapshots.size > SNAPSHOTS_KEPT && !oldest.done) this.#snapshots.delete(oldest.value);
    return objects;
  }
}
