import { adoptAnswer } from "./adopt-answer.ts";
import type { LookUp } from "./answer.ts";
import type { NameChange } from "./resolved-name.ts";

/** Looks names up, all of them at once, for a look at objects that serves nobody. */
export function resolveOnce(names: ReadonlySet<string>, lookUp: LookUp): Promise<readonly NameChange[]> {
  return Promise.all(
    [...names].map(async (name) => ({
      type: "resolved" as const,
      name,
      resolved: adoptAnswer(undefined, await lookUp(name)).resolved,
    })),
  );
}
