import type { Problem } from "../problems/problem.ts";
import { sameProblems } from "../problems/same-problems.ts";
import type { Clock } from "../time/clock.ts";
import type { ClusterEvent, EventSubject } from "./cluster-event.ts";
import { problemEvent } from "./problem-event.ts";

export interface ProblemEventsOptions {
  readonly clock: Clock;
  /** Takes an event to be sent; false when too many wait. */
  readonly offer: (event: ClusterEvent) => boolean;
  readonly leading: () => boolean;
  /** The object of a Problem, by its name there; undefined: nothing that an event can be about. */
  readonly find: (object: string) => EventSubject | undefined;
}

/** What is put right within this time was in the making: a Service that comes right after its Ingress. Milliseconds. */
const SETTLING = 2_000;
/** What is there is said again this often: events are gone after an hour. */
const REMINDER = 30 * 60_000;
/** What comes back sooner than this is not said again. */
const RELAPSE = 5 * 60_000;
const LOOK_PAUSE = 60_000;
/** Lists that come in quick succession are looked at once. */
const NOTICE = 250;

interface Standing {
  readonly problem: Problem;
  readonly since: number;
  /** Whether it was there when this process began, or began to lead. */
  readonly isOld: boolean;
  saidAt: number | undefined;
}

/** One Warning a Problem: when it has come to stay, once in a while as long as it stands, and not each time it flickers. */
export class ProblemEvents {
  readonly #options: ProblemEventsOptions;
  readonly #standing = new Map<string, Standing>();
  /** When Problems were said that have gone since. */
  readonly #said = new Map<string, number>();
  readonly #keys = new WeakMap<Problem, string>();
  #problems: readonly Problem[] = [];
  #begun = false;
  #cancel: (() => void) | undefined;
  /** When the next look is due, where one is. */
  #lookAt = 0;

  constructor(options: ProblemEventsOptions) {
    this.#options = options;
  }

  /** Takes the whole list of what is wrong now. */
  note(problems: readonly Problem[]): void {
    if (this.#begun && sameProblems(problems, this.#problems)) return;
    this.#problems = problems;
    this.#lookWithin(NOTICE);
  }

  /** This replica leads from now on. */
  takeOver(): void {
    this.#lookWithin(0);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #lookWithin(milliseconds: number): void {
    const at = this.#options.clock.now() + milliseconds;
    if (this.#cancel !== undefined && this.#lookAt <= at) return;
    this.#cancel?.();
    this.#lookAt = at;
    this.#cancel = this.#options.clock.after(milliseconds, () => {
      this.#cancel = undefined;
      this.#look();
    });
  }

  #look(): void {
    const now = this.#options.clock.now();
    const present = new Map(this.#problems.map((problem) => [this.#keyOf(problem), problem]));
    this.#forgetGone(present, now);
    for (const [key, problem] of present) {
      if (!this.#standing.has(key)) this.#standing.set(key, this.#begin(key, problem, now));
    }
    this.#begun = true;
    if (this.#standing.size === 0) return;
    const settled = this.#options.leading() ? this.#sayAll(now) : true;
    this.#lookWithin(settled ? LOOK_PAUSE : SETTLING);
  }

  #begin(key: string, problem: Problem, now: number): Standing {
    const saidAt = this.#said.get(key);
    this.#said.delete(key);
    return { problem, since: now, isOld: !this.#begun || !this.#options.leading(), saidAt };
  }

  #forgetGone(present: ReadonlyMap<string, Problem>, now: number): void {
    for (const [key, { saidAt }] of this.#standing) {
      if (present.has(key)) continue;
      this.#standing.delete(key);
      if (saidAt !== undefined) this.#said.set(key, saidAt);
    }
    for (const [key, saidAt] of this.#said) if (now - saidAt >= RELAPSE) this.#said.delete(key);
  }

  /** Whether nothing is left to be said soon. */
  #sayAll(now: number): boolean {
    let settled = true;
    for (const standing of this.#standing.values()) {
      const isSettling = now - standing.since < SETTLING;
      if (isSettling) settled = false;
      // Where one finds no room, no other will: thousands would be put into words for nothing.
      else if (this.#isDue(standing, now) && !this.#say(standing, now)) return false;
    }
    return settled;
  }

  #isDue({ saidAt }: Standing, now: number): boolean {
    return saidAt === undefined || now - saidAt >= REMINDER;
  }

  /** False when it has to be tried again soon. */
  #say(standing: Standing, now: number): boolean {
    const { find, offer, clock } = this.#options;
    const subject = find(standing.problem.object);
    if (subject === undefined) return true;
    const ifThere = standing.isOld && standing.saidAt === undefined ? "leave" : "count";
    if (!offer(problemEvent(standing.problem, subject, clock.date(), ifThere))) return false;
    standing.saidAt = now;
    return true;
  }

  #keyOf(problem: Problem): string {
    const known = this.#keys.get(problem);
    if (known !== undefined) return known;
    const { object, code, field, value, message } = problem;
    const key = JSON.stringify([object, code, field, value, message]);
    this.#keys.set(problem, key);
    return key;
  }
}
