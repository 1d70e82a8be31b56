import type { Logger } from "pino";
import type { Problem } from "../problems/problem.ts";
import { sameProblems } from "../problems/same-problems.ts";

/** Logs a Problem when it appears, one line each, and at debug level when it has gone. */
export class ProblemLog {
  readonly #log: Logger;
  /** What tells one from another, made once for each: the same ones come again with every change. */
  readonly #keys = new WeakMap<Problem, string>();
  #noted: readonly Problem[] = [];
  #known = new Map<string, Problem>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Takes the whole list of what is wrong now. */
  note(problems: readonly Problem[]): void {
    if (sameProblems(problems, this.#noted)) return;
    this.#noted = problems;
    const now = new Map(problems.map((problem) => [this.#keyOf(problem), problem]));
    for (const [key, problem] of now) {
      if (!this.#known.has(key)) this.#appeared(problem);
    }
    for (const [key, problem] of this.#known) {
      if (!now.has(key)) this.#log.debug({ problem: problem.code, object: problem.object }, "problem is gone");
    }
    this.#known = now;
  }

  #keyOf(problem: Problem): string {
    const known = this.#keys.get(problem);
    if (known !== undefined) return known;
    const key = JSON.stringify(problem);
    this.#keys.set(problem, key);
    return key;
  }

  #appeared({ severity, message, code, ...rest }: Problem): void {
    const facts = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== ""));
    this.#log[severity === "error" ? "error" : "warn"]({ problem: code, ...facts }, message);
  }
}
