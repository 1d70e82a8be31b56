import { Multimap } from "./multimap.ts";

/** What a change of one user did to what is used at all. */
export interface Turnover {
  /** Used by somebody now, and by nobody before. */
  readonly began: readonly string[];
  /** Used by nobody any more. */
  readonly ended: readonly string[];
}

const NOTHING: ReadonlySet<string> = new Set();
const UNCHANGED: Turnover = { began: [], ended: [] };

/** Who uses what, from both sides: a user says what it uses, and what is used knows its users. */
export class Uses {
  readonly #usersOf = new Multimap<string, string>();
  readonly #usedBy = new Map<string, ReadonlySet<string>>();

  /** Says what a user uses from now on, and nothing else. */
  use(user: string, now: ReadonlySet<string>): Turnover {
    const before = this.#usedBy.get(user) ?? NOTHING;
    if (before.size === 0 && now.size === 0) return UNCHANGED;
    if (now.size === 0) this.#usedBy.delete(user);
    else this.#usedBy.set(user, now);
    return {
      began: [...now].filter((one) => !before.has(one) && this.#usersOf.add(one, user)),
      ended: [...before].filter((one) => !now.has(one) && this.#usersOf.delete(one, user)),
    };
  }

  /** The same for a user of one thing; undefined: of none. */
  useOne(user: string, now: string | undefined): Turnover {
    return this.use(user, now === undefined ? NOTHING : new Set([now]));
  }

  usersOf(used: string): ReadonlySet<string> {
    return this.#usersOf.get(used);
  }

  has(used: string): boolean {
    return this.#usersOf.has(used);
  }

  /** Everything that somebody uses. */
  all(): Iterable<string> {
    return this.#usersOf.keys();
  }
}
