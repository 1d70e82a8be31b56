import type { ResolvedName } from "../names/resolved-name.ts";
import { Uses } from "./uses.ts";

/** Which Backends use which names, and what is known of these. */
export class NameIndex {
  readonly #uses = new Uses();
  readonly #resolved = new Map<string, ResolvedName>();
  #names: ReadonlySet<string> | undefined;

  /** The names in use; the same set until one comes or goes. */
  names(): ReadonlySet<string> {
    this.#names ??= new Set(this.#uses.all());
    return this.#names;
  }

  /** Undefined while nothing is known of a name. */
  resolved(name: string): ResolvedName | undefined {
    return this.#resolved.get(name);
  }

  /** Takes in what a name leads to. @returns the ids of the Backends that use it */
  set(name: string, resolved: ResolvedName): Iterable<string> {
    // The last user may have left while the name was looked up.
    if (this.#uses.has(name)) this.#resolved.set(name, resolved);
    return this.#uses.usersOf(name);
  }

  /** Says which name a Backend uses from now on; undefined: none. */
  use(id: string, name: string | undefined): void {
    const { began, ended } = this.#uses.useOne(id, name);
    if (began.length + ended.length > 0) this.#names = undefined;
  }

  /** Forgets what is known of names that nobody uses; a name may pass from one Backend to another within a batch. */
  prune(): void {
    for (const name of this.#resolved.keys()) if (!this.#uses.has(name)) this.#resolved.delete(name);
  }
}
