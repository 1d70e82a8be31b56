import type { Problem } from "./problem.ts";

/** Whether two lists hold the same Problems, object by object: what was found anew counts as another. */
export function sameProblems(left: readonly Problem[], right: readonly Problem[]): boolean {
  return left.length === right.length && left.every((problem, i) => problem === right[i]);
}
