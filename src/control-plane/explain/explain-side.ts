import { indexPolicy } from "../../affinity/backend-index.ts";
import type { World } from "../../affinity/world.ts";
import { type Choice, chooseSide, type Grounds } from "../../policies/canary/choose-side.ts";
import type { PolicyRequest } from "../../policies/policy-request.ts";
import type { CanaryPolicy } from "../../snapshot/route-policies.ts";
import { compilePattern } from "../regex/compile-pattern.ts";
import { seededChance } from "./chance.ts";
import type { ReadBackend, RouteIndex } from "./snapshot-reader.ts";

/** Which of a Route's two Backends a request goes to, for people. */
export interface ExplainedSide {
  /** The Route of that side. */
  readonly route: RouteIndex;
  readonly backend: ReadBackend;
  readonly canary: boolean;
  /** Whether chance chooses the side, and nobody asked for a pick: then the main is shown. */
  readonly open: boolean;
  /** Whether the cookie's value depends on chance already. */
  readonly drawn: boolean;
  readonly outcome: string;
  readonly detail: string;
}

const LAST = 1 - 2 ** -20;
const NUMBERS = 2 ** 20;

const TEXTS: Readonly<Record<Exclude<Grounds, "weight">, string>> = {
  session: "the cookie's session is there",
  "no-endpoint": "the canary has no Endpoint",
  header: "the canary's header says so",
  cookie: "the canary's cookie says so",
};

function detailOf({ grounds }: Choice, { service, weight, total }: CanaryPolicy): string {
  const why = grounds === "weight" ? `the canary gets ${weight} of ${total} clients` : TEXTS[grounds];
  return `${service} is the canary; ${why}`;
}

/** Node's own regular expressions: patterns that differ from PCRE's are refused when an Ingress is read. */
function matches(pattern: string, text: string): boolean | undefined {
  return compilePattern(pattern)?.test(text);
}

function routeOf(found: RouteIndex, canary: CanaryPolicy, { side, second }: Choice): RouteIndex {
  const hasAffinity = found.policy !== undefined && (side === "main" || canary.sticky);
  const policy = hasAffinity ? indexPolicy(found.policy.policy, second) : undefined;
  if (side === "main") return { ...found, policy };
  return { ...found, policy, route: { ...found.route, backend: canary.backend, service: canary.service } };
}

/** @param seed makes the pick, where there is one */
export function explainSide(
  found: RouteIndex,
  policy: CanaryPolicy,
  backends: { readonly main: ReadBackend; readonly canary: ReadBackend },
  request: PolicyRequest,
  world: World,
  seed: number | undefined,
): ExplainedSide {
  const choose = (next: number) => chooseSide({ policy, next }, found.policy, backends, request, { world, matches });
  const [first, last] = [choose(0), choose(LAST)];
  const open = first.side !== last.side && seed === undefined;
  // The numbers below the share are the canary's: the last one shows the main.
  const choice = seed === undefined ? last : choose(seededChance(seed).random(NUMBERS) / NUMBERS);
  return {
    route: routeOf(found, policy, choice),
    backend: backends[choice.side],
    canary: choice.side === "canary",
    open,
    drawn: first.second !== last.second,
    outcome: open ? "random" : choice.side,
    detail: open ? `${detailOf(choice, policy)}; the main is shown: --seed makes a pick` : detailOf(choice, policy),
  };
}
