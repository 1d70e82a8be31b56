import type { Problem } from "../problems/problem.ts";

function compare(left: Problem, right: Problem): number {
  for (const key of ["object", "field", "code", "value"] as const) {
    if (left[key] !== right[key]) return left[key] < right[key] ? -1 : 1;
  }
  return 0;
}

/** Problems by what they were found in, so that a change replaces just its own. */
export class ProblemLists {
  readonly #lists = new Map<string, readonly Problem[]>();
  #sorted: readonly Problem[] | undefined;

  /** @param source what was looked at, such as `host/example.com` */
  set(source: string, problems: readonly Problem[]): void {
    if (problems.length > 0) this.#lists.set(source, problems);
    else if (!this.#lists.delete(source)) return;
    this.#sorted = undefined;
  }

  /** All of them, each once, sorted by object, field and code; the same array until one changes. */
  all(): readonly Problem[] {
    this.#sorted ??= this.#sort();
    return this.#sorted;
  }

  #sort(): readonly Problem[] {
    const sorted = [...this.#lists.values()].flat().sort(compare);
    return sorted.filter((problem, i) => i === 0 || compare(sorted[i - 1] as Problem, problem) !== 0);
  }
}
