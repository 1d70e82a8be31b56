import type { Problem } from "../problems/problem.ts";

/** Is told what happens, to tell others. */
export interface Observer {
  /** Ingresses, by `namespace/name`, that may have changed: in what they say, in their status, or in being ours. The first call has all. */
  readonly ingresses: (names: readonly string[]) => void;
  /** The whole list of what is wrong now. */
  readonly problems: (problems: readonly Problem[]) => void;
  /** Everything that was told so far is being served. */
  readonly live: () => void;
}

/** One that tells several, in their order. */
export function tellAll(observers: readonly Observer[]): Observer {
  return {
    ingresses: (names) => {
      for (const observer of observers) observer.ingresses(names);
    },
    problems: (problems) => {
      for (const observer of observers) observer.problems(problems);
    },
    live: () => {
      for (const observer of observers) observer.live();
    },
  };
}
