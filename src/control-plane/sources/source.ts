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

export interface SourceSink {
  /** A batch that belongs together; the first one holds everything there is. Called once with an empty list when there is nothing. */
  readonly changed: (changes: readonly ObjectChange[]) => void;
  /** The whole list of what is wrong with the source itself (files, objects of the wrong shape), whenever it differs. */
  readonly problems: (problems: readonly Problem[]) => void;
}

/** Where Kubernetes objects come from. */
export interface Source {
  /** Resolves when the first batch has been handed over; rejects when the source cannot be read at all. */
  readonly start: (sink: SourceSink) => Promise<void>;
  readonly stop: () => Promise<void>;
}
