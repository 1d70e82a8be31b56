import type { Source } from "../sources/source.ts";
import type { Keys } from "../translate/seal.ts";
import { loadKeys } from "./keys.ts";

/** Takes keys: the first ones before a source delivers, others when they are replaced. */
export type UseKeys = (keys: Keys) => void;

/** Where objects and the keys of cookies come from. */
export interface Supply {
  /** Whether reading it may take long: then what is stored goes first, and counts as good until it has been read. */
  readonly storedFirst: boolean;
  /**
   * Makes ready what a source needs, once; gives what opens it, any number of times, one after another.
   *
   * @param keyFolder in the state directory, for keys
   * @throws Error of one sentence with its remedy for the operator
   */
  readonly prepare: (keyFolder: string, useKeys: UseKeys) => Promise<() => Source>;
}

/** Objects of a source, with keys of this state directory's own. */
export function localSupply(openSource: () => Source): Supply {
  return {
    storedFirst: false,
    prepare: async (keyFolder, useKeys) => {
      useKeys(await loadKeys(keyFolder));
      return openSource;
    },
  };
}
