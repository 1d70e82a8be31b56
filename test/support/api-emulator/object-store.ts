import type { ApiObject } from "./api-object.ts";
import type { Change } from "./history.ts";
import { RESOURCES, type Resource } from "./resources.ts";
import { Shelf } from "./shelf.ts";
import { type StoredObject, storedObject } from "./stored-object.ts";

export type ChangeListener = (resource: Resource, change: Change) => void;

/** All objects, one counter of versions, and whoever wants to hear of changes. It knows no rules: see ObjectWriter. */
export class ObjectStore {
  readonly #shelves: ReadonlyMap<Resource, Shelf>;
  readonly #listeners = new Set<ChangeListener>();
  #resourceVersion = 1;

  /** @param historyLength changes of each resource that a watch may still ask for */
  constructor(historyLength: number) {
    this.#shelves = new Map(RESOURCES.map((resource) => [resource, new Shelf(historyLength)]));
  }

  get resourceVersion(): number {
    return this.#resourceVersion;
  }

  shelf(resource: Resource): Shelf {
    const shelf = this.#shelves.get(resource);
    if (shelf === undefined) throw new Error(`no shelf for ${resource.name}`);
    return shelf;
  }

  get(resource: Resource, key: string): StoredObject | undefined {
    return this.shelf(resource).get(key);
  }

  /** Writes an object under the next resourceVersion. */
  put(resource: Resource, object: ApiObject): StoredObject {
    const after = storedObject(resource, object, this.#next());
    this.#commit(resource, { resourceVersion: after.resourceVersion, before: this.get(resource, after.key), after });
    return after;
  }

  remove(resource: Resource, object: StoredObject): void {
    this.#commit(resource, { resourceVersion: this.#next(), before: object, after: undefined });
  }

  /** Forgets the history: every older resourceVersion and every continue token is expired. */
  compact(): void {
    for (const shelf of this.#shelves.values()) shelf.compact(this.#resourceVersion);
  }

  listen(listener: ChangeListener): void {
    this.#listeners.add(listener);
  }

  #next(): number {
    this.#resourceVersion += 1;
    return this.#resourceVersion;
  }

  #commit(resource: Resource, change: Change): void {
    this.shelf(resource).commit(change);
    for (const listener of this.#listeners) listener(resource, change);
  }
}
