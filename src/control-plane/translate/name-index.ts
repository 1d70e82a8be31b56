import type { ResolvedName } from "../names/resolved-name.ts";

/** Which Backends use which names, and what is known of these. */
export class NameIndex {
  readonly #nameOf = new Map<string, string>();
  readonly #usersOf = new Map<string, Set<string>>();
  readonly #resolved = new Map<string, ResolvedName>();
  #names: ReadonlySet<string> | undefined;

  /** The names in use; the same set until one comes or goes. */
  names(): ReadonlySet<string> {
    this.#names ??= new Set(this.#usersOf.keys());
    return this.#names;
  }

  /** Undefined while nothing is known of a name. */
  resolved(name: string): ResolvedName | undefined {
    return this.#resolved.get(name);
  }

  /** Takes in what a name leads to. @returns the ids of the Backends that use it */
  set(name: string, resolved: ResolvedName): Iterable<string> {
    const users = this.#usersOf.get(name);
    // The last user left while the name was looked up.
    if (users === undefined) return [];
    this.#resolved.set(name, resolved);
    return users;
  }

  /** Says which name a Backend uses from now on; undefined: none. */
  use(id: string, name: string | undefined): void {
    const before = this.#nameOf.get(id);
    if (before === name) return;
    if (name !== undefined) this.#begin(id, name);
    if (before !== undefined) this.#end(id, before);
    if (name === undefined) this.#nameOf.delete(id);
    else this.#nameOf.set(id, name);
  }

  /** Forgets what is known of names that nobody uses; a name may pass from one Backend to another within a batch. */
  prune(): void {
    for (const name of this.#resolved.keys()) if (!this.#usersOf.has(name)) this.#resolved.delete(name);
  }

  #begin(id: string, name: string): void {
    const users = this.#usersOf.get(name);
    if (users !== undefined) {
      users.add(id);
      return;
    }
    this.#usersOf.set(name, new Set([id]));
    this.#names = undefined;
  }

  #end(id: string, name: string): void {
    const users = this.#usersOf.get(name);
    users?.delete(id);
    if (users === undefined || users.size > 0) return;
    this.#usersOf.delete(name);
    this.#names = undefined;
  }
}
