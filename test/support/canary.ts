import { type BackendIndex, indexPolicy, type PolicyIndex } from "../../src/affinity/backend-index.ts";
import { decideThoroughly } from "../../src/affinity/decide.ts";
import type { Decision } from "../../src/affinity/decision.ts";
import { type Choice, chooseSide } from "../../src/policies/canary/choose-side.ts";
import type { Matches } from "../../src/policies/canary/request-rules.ts";
import type { CanaryIndex } from "../../src/policies/canary/share.ts";
import type { AffinityPolicy, ClassicCookies, Endpoint } from "../../src/snapshot/model.ts";
import type { CanaryPolicy } from "../../src/snapshot/route-policies.ts";
import {
  backendOf,
  CANARY_ID,
  CANARY_MARK,
  canaryBackendOf,
  FORMER_CANARY_MARK,
  indexOf,
  policyOf,
  ready,
  type TestWorld,
  worldOf,
} from "./affinity.ts";
import { requestWith } from "./policy-request.ts";

export function canaryPolicyOf(settings: Partial<CanaryPolicy> = {}): CanaryPolicy {
  const where = { backend: CANARY_ID, service: CANARY_ID, mark: CANARY_MARK, formerMark: FORMER_CANARY_MARK };
  return { ...where, weight: 0, total: 100, sticky: true, follow: false, ...settings };
}

export interface CanarySceneOptions {
  readonly canary?: Partial<CanaryPolicy>;
  readonly affinity?: Partial<AffinityPolicy> | false;
  readonly mains?: readonly Endpoint[];
  readonly canaries?: readonly Endpoint[];
  readonly classicCookies?: ClassicCookies;
  readonly matches?: Matches;
  readonly seed?: number;
  /** Of the first client without a number. */
  readonly number?: number;
}

/** What one request came to. */
export interface Outcome extends Choice {
  readonly decision: Decision;
}

/** Endpoints of another Service. */
export function canaryEndpoints(count: number): Endpoint[] {
  return Array.from({ length: count }, (_, i) => ({ address: `10.1.0.${i + 1}`, port: 8080, state: "ready" as const }));
}

/** A Route with a canary, whose requests are served as the data plane serves them. */
export class CanaryScene {
  readonly world: TestWorld;
  readonly policy: PolicyIndex | undefined;
  main: BackendIndex;
  alternative: BackendIndex;
  canary: CanaryIndex;
  readonly #matches: Matches;

  constructor(options: CanarySceneOptions = {}) {
    this.world = worldOf(options.classicCookies, options.seed);
    this.policy = options.affinity === false ? undefined : indexPolicy(policyOf(options.affinity));
    this.main = indexOf(backendOf(options.mains ?? ready(4)), this.world.classicCookies);
    this.alternative = indexOf(canaryBackendOf(options.canaries ?? canaryEndpoints(3)), this.world.classicCookies);
    this.canary = { policy: canaryPolicyOf(options.canary), next: options.number ?? 0 };
    this.#matches = options.matches ?? ((pattern, text) => new RegExp(pattern).test(text));
  }

  /** The Ingress of the canary says something else; numbers begin anew, as in a worker. */
  change(canary: Partial<CanaryPolicy>, number = this.canary.next): void {
    this.canary = { policy: { ...this.canary.policy, ...canary }, next: number };
  }

  send(headers: Readonly<Record<string, string>> = {}): Outcome {
    const { main, alternative, world, policy } = this;
    const outside = { world, matches: this.#matches };
    const request = requestWith(headers);
    const choice = chooseSide(this.canary, policy, { main, canary: alternative }, request, outside);
    const onCanary = choice.side === "canary";
    const hasAffinity = policy !== undefined && (!onCanary || this.canary.policy.sticky);
    const own = hasAffinity ? indexPolicy(policy.policy, choice.second) : undefined;
    const cookies = own === undefined ? undefined : headers["cookie"];
    return { ...choice, decision: decideThoroughly(cookies, own, onCanary ? alternative : main, world) };
  }
}
