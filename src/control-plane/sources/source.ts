import type { Kind, KubernetesObject } from "../objects/model.ts";
import type { Problem } from "../problems/problem.ts";

/** An object that is new or different, or that is gone. */
export type ObjectChange =
  | { readonly type: "set"; readonly object: KubernetesObject; readonly origin?: Origin }
  | { readonly type: "deleted"; readonly kind: Kind; readonly namespace: string; readonly name: string };

/** Where an object was read: only manifests have one. */
export interface Origin {
  readonly file: string;
  readonly line: number;
}

/** An object that another one names. */
export interface NamedObject {
  readonly kind: "Secret" | "ConfigMap";
  readonly namespace: string;
  readonly name: string;
}

export interface SourceSink {
  /** A batch that belongs together; the first one holds everything there is. Called once with an empty list when there is nothing. */
  readonly changed: (changes: readonly ObjectChange[]) => void;
  /** The whole list of what is wrong with the source itself (files, objects of the wrong shape), whenever it differs. */
  readonly problems: (problems: readonly Problem[]) => void;
  /** Why the source cannot be read just now, as one sentence, whenever that differs; empty: it can be read again. */
  readonly failing?: (failure: string) => void;
}

/** Where Kubernetes objects come from. */
export interface Source {
  /**
   * Resolves when the first batch has been handed over, or when it was stopped before; rejects when the source cannot be
   * read at all. One that tries again by itself says that it is failing meanwhile.
   */
  readonly start: (sink: SourceSink) => Promise<void>;
  readonly stop: () => Promise<void>;
  /**
   * Says which Secrets and ConfigMaps something names: these are read from now on, and no others. Resolves once each has
   * been handed over or looked for in vain. A source without it hands over all that there are.
   */
  readonly want?: (named: readonly NamedObject[]) => Promise<void>;
  /** By kind of object, whether its changes arrive just now. A source without it is of one piece. */
  readonly connected?: () => ReadonlyMap<string, boolean>;
}
