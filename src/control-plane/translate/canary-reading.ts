import type { CanarySettings } from "../annotations/read-canary.ts";
import type { Ingress } from "../objects/model.ts";
import type { Subject } from "../problems/make-problem.ts";
import type { Problem } from "../problems/problem.ts";
import type { Claim } from "./read-ingress.ts";

/** A path of a canary Ingress: an alternative to the Route that another Ingress has there. */
export interface Alternative {
  readonly claim: Claim;
  /** `spec.defaultBackend`: to every Route of the host. */
  readonly everyPath: boolean;
}

/** What a canary Ingress says, on its own: it declares no host and asks for no Route. */
export interface CanaryReading {
  readonly ingress: Ingress;
  readonly subject: Subject;
  readonly settings: CanarySettings;
  /** By host, in the Ingress's order. */
  readonly alternatives: ReadonlyMap<string, readonly Alternative[]>;
  readonly problems: readonly Problem[];
}
