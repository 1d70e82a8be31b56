import { EventEmitter } from "node:events";
import { adoptAnswer } from "./adopt-answer.ts";
import type { LookUp } from "./answer.ts";
import type { NameChange, ResolvedName } from "./resolved-name.ts";

/** Runs something after so many milliseconds, unless what it gives is called before. */
export type SetTimer = (run: () => void, milliseconds: number) => () => void;

export interface NameBookOptions {
  readonly lookUp: LookUp;
  /** What an earlier run knew: good until the first answer. */
  readonly remembered?: ReadonlyMap<string, ResolvedName>;
  readonly setTimer?: SetTimer;
}

export interface NameBookEvents {
  changed: [changes: readonly NameChange[]];
}

/** A name that is being followed. */
interface Followed {
  readonly name: string;
  /** Undefined until its first look-up has ended. */
  resolved: ResolvedName | undefined;
  failures: number;
  cancelTimer: () => void;
}

/** Bounds of how long an answer holds, whatever its TTL; seconds. The upper one ends a slip of the pen in a zone. */
const SHORTEST_TTL = 1;
const LONGEST_TTL = 300;

/** The longest pause after look-ups that gave nothing; seconds. The first one is one second. */
const LONGEST_PAUSE = 30;

const clockTimer: SetTimer = (run, milliseconds) => {
  const timer = setTimeout(run, milliseconds);
  return () => clearTimeout(timer);
};

/** Seconds until a name is looked up again. @param ttl undefined after a look-up without an address */
function secondsUntilNext(ttl: number | undefined, failures: number): number {
  if (ttl !== undefined) return Math.min(Math.max(ttl, SHORTEST_TTL), LONGEST_TTL);
  return Math.min(2 ** (failures - 1), LONGEST_PAUSE);
}

/**
 * The addresses of the names in use, kept up to date: each is looked up again when its answer holds no longer. Says when
 * one differs.
 */
export class NameBook extends EventEmitter<NameBookEvents> {
  readonly #lookUp: LookUp;
  readonly #remembered: ReadonlyMap<string, ResolvedName>;
  readonly #setTimer: SetTimer;
  readonly #followed = new Map<string, Followed>();
  #names: ReadonlySet<string> = new Set();
  #unsettled = 0;

  constructor({ lookUp, remembered = new Map(), setTimer = clockTimer }: NameBookOptions) {
    super();
    this.#lookUp = lookUp;
    this.#remembered = remembered;
    this.#setTimer = setTimer;
  }

  /**
   * Follows these names and no others from now on.
   *
   * @returns what is known at once of those that are new; the rest comes with `changed`
   */
  follow(names: ReadonlySet<string>): readonly NameChange[] {
    if (names === this.#names) return [];
    this.#names = names;
    for (const followed of this.#followed.values()) {
      if (!names.has(followed.name)) this.#forget(followed);
    }
    const added = [...names].filter((name) => !this.#followed.has(name));
    return added.flatMap((name) => this.#begin(name));
  }

  /** Whether something is known of each name: that it has addresses, or that it has none. */
  get settled(): boolean {
    return this.#unsettled === 0;
  }

  /** What is known now, by name. */
  known(): ReadonlyMap<string, ResolvedName> {
    const known = new Map<string, ResolvedName>();
    for (const { name, resolved } of this.#followed.values()) if (resolved !== undefined) known.set(name, resolved);
    return known;
  }

  /** Follows nothing any more, and says nothing. */
  stop(): void {
    this.follow(new Set());
  }

  #begin(name: string): readonly NameChange[] {
    const resolved = this.#remembered.get(name);
    const followed: Followed = { name, resolved, failures: 0, cancelTimer: () => {} };
    this.#followed.set(name, followed);
    if (resolved === undefined) this.#unsettled++;
    void this.#refresh(followed);
    return resolved === undefined ? [] : [{ type: "resolved", name, resolved }];
  }

  #forget(followed: Followed): void {
    this.#followed.delete(followed.name);
    if (followed.resolved === undefined) this.#unsettled--;
    followed.cancelTimer();
  }

  async #refresh(followed: Followed): Promise<void> {
    const answer = await this.#lookUp(followed.name);
    if (this.#followed.get(followed.name) !== followed) return;
    const before = followed.resolved;
    const { resolved, ttl } = adoptAnswer(before, answer);
    followed.failures = ttl === undefined ? followed.failures + 1 : 0;
    followed.resolved = resolved;
    if (before === undefined) this.#unsettled--;
    const pause = secondsUntilNext(ttl, followed.failures) * 1000;
    followed.cancelTimer = this.#setTimer(() => void this.#refresh(followed), pause);
    if (JSON.stringify(before) === JSON.stringify(resolved)) return;
    this.emit("changed", [{ type: "resolved", name: followed.name, resolved }]);
  }
}
