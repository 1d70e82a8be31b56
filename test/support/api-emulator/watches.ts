import { type FaultScope, inScope } from "./fault.ts";
import type { ObjectStore } from "./object-store.ts";
import { RESOURCES, type Resource } from "./resources.ts";
import type { Watch } from "./watch.ts";

/** The watches that are open. */
export class Watches {
  readonly #open: ReadonlyMap<Resource, Set<Watch>>;
  readonly #store: ObjectStore;
  readonly #changed: () => void;

  /** @param changed told when a watch opens or ends */
  constructor(store: ObjectStore, changed: () => void) {
    this.#open = new Map(RESOURCES.map((resource) => [resource, new Set<Watch>()]));
    this.#store = store;
    this.#changed = changed;
    store.listen((resource, change) => {
      for (const watch of this.#of(resource)) watch.tellChange(change);
    });
  }

  add(watch: Watch): void {
    this.#of(watch.info.resource).add(watch);
    this.#changed();
  }

  remove(watch: Watch): void {
    if (this.#of(watch.info.resource).delete(watch)) this.#changed();
  }

  /** The open watches that a scope names; half-open ones count. */
  inScope(scope: FaultScope): readonly Watch[] {
    const all = [...this.#open.values()].flatMap((watches) => [...watches]);
    return all.filter((watch) => inScope(scope, watch.info));
  }

  /** Sends a bookmark now to all that asked for bookmarks. */
  sendBookmarks(scope: FaultScope = {}): void {
    for (const watch of this.inScope(scope)) {
      if (watch.bookmarks) watch.tellBookmark(this.#store.resourceVersion);
    }
  }

  speakAgain(): void {
    for (const watch of this.inScope({})) watch.speakAgain();
  }

  #of(resource: Resource): Set<Watch> {
    const watches = this.#open.get(resource);
    if (watches === undefined) throw new Error(`no watches of ${resource.name}`);
    return watches;
  }
}
