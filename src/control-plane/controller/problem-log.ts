import type { Logger } from "pino";
import type { Problem } from "../problems/problem.ts";

/** Logs a Problem when it appears, one line each, and at debug level when it has gone. */
export class ProblemLog {
  readonly #log: Logger;
  #known = new Map<string, Problem>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Takes the whole list of what is wrong now. */
  note(problems: readonly Problem[]): void {
    const now = new Map(problems.map((problem) => [JSON.stringify(problem), problem]));
    for (const [key, problem] of now) {
      if (!this.#known.has(key)) this.#appeared(problem);
    }
    for (const [key, problem] of this.#known) {
      if (!now.has(key)) this.#log.debug({ problem: problem.code, object: problem.object }, "problem is gone");
    }
    this.#known = now;
  }

  #appeared({ severity, message, code, ...rest }: Problem): void {
    const facts = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== ""));
    this.#log[severity === "error" ? "error" : "warn"]({ problem: code, ...facts }, message);
  }
}
