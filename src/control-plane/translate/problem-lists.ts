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
  /** In order as they were when last asked for. */
  #sorted: readonly Problem[] = [];
  #differs = false;

  /** @param source what was looked at, such as `host/example.com` */
  set(source: string, problems: readonly Problem[]): void {
    if (problems.length > 0) this.#lists.set(source, problems);
    else if (!this.#lists.delete(source)) return;
    this.#differs = true;
  }

  /** All of them, each once, sorted by object, field and code; the same array until one changes. */
  all(): readonly Problem[] {
    if (this.#differs) this.#sorted = this.#sort();
    this.#differs = false;
    return this.#sorted;
  }

  #sort(): readonly Problem[] {
    const present = new Set([...this.#lists.values()].flat());
    // Those that stay are in order already, and of thousands nearly all do: such a list is sorted in no time.
    const staying = this.#sorted.filter((problem) => present.delete(problem));
    const sorted = [...staying, ...present].sort(compare);
    return sorted.filter((problem, i) => i === 0 || compare(sorted[i - 1] as Problem, problem) !== 0);
  }
}
