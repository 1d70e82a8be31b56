import { objectName } from "../objects/model.ts";
import type { Problem } from "../problems/problem.ts";
import type { ObjectChange, Origin } from "../sources/source.ts";

/** Where each object was read, by its name as in a Problem. */
export class Origins {
  readonly #origins = new Map<string, Origin>();

  note(changes: readonly ObjectChange[]): void {
    for (const change of changes) {
      if (change.type === "deleted") this.#origins.delete(objectName(change.kind, change));
      else if (change.origin !== undefined) {
        this.#origins.set(objectName(change.object.kind, change.object.metadata), change.origin);
      }
    }
  }

  /** @param object `Ingress default/web` */
  of(object: string): Origin | undefined {
    return this.#origins.get(object);
  }

  /** The Problem with the file and line of its object, where it has none of its own. */
  locate(problem: Problem): Problem {
    const origin = problem.file === undefined ? this.#origins.get(problem.object) : undefined;
    return origin === undefined ? problem : { ...problem, file: origin.file, line: origin.line };
  }
}
