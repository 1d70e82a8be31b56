import type { RoutePolicies } from "../../../snapshot/route-policies.ts";
import { badValue, noEffect } from "../../problems/annotation-problems.ts";
import { AFFINITY } from "../affinity-annotations.ts";
import type { ServedAnnotation } from "../annotation.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import { parseRequestText, VARIABLE_HINT } from "../parse-request-text.ts";
import { served } from "../served.ts";
import { parseBoolean, parseOneOf, parseWholeNumber } from "../value-parsers.ts";

const balancing = served("Balancing", "location");
const ofIngress = served("Balancing", "ingress");

const BOOLEAN_HINT = 'Write "true" or "false".';

export const UPSTREAM_HASH_BY = balancing("medium", {
  name: "upstream-hash-by",
  parser: parseRequestText,
  default: "none",
  doc: "Requests with one text get one endpoint: a text with `$request_uri`, `$uri`, `$args`, `$host`, `$remote_addr`, `$scheme`, `$request_method`, `$http_…`, `$arg_…` and `$cookie_…` in it. Affinity wins over it.",
  onBadValue: "endpoints take turns",
  rejected: true,
  differs:
    "it takes what a request says itself, a closed list of variables; a failed attempt goes to the next endpoint on the ring.",
  badValue: badValue("This cannot be hashed: endpoints take turns.", VARIABLE_HINT),
});

export const UPSTREAM_HASH_BY_SUBSET = balancing("low", {
  name: "upstream-hash-by-subset",
  parser: parseBoolean,
  default: "`false`",
  doc: "Requests with one text share a few endpoints instead of one.",
  onBadValue: "`false`",
  rejected: true,
  differs: "a subset is the endpoints that come next on the ring, not one of fixed groups.",
  badValue: badValue("This is neither true nor false: each text gets one endpoint.", BOOLEAN_HINT),
});

export const UPSTREAM_HASH_BY_SUBSET_SIZE = balancing("low", {
  name: "upstream-hash-by-subset-size",
  parser: parseWholeNumber(1, 1000),
  default: "`3`",
  doc: "How many endpoints they share: 1 to 1000.",
  onBadValue: "`3`",
  rejected: true,
  badValue: badValue("This is no number of endpoints: it is 3.", 'Write a number from "1" to "1000".'),
});

export const LOAD_BALANCE = balancing("low", {
  name: "load-balance",
  parser: parseOneOf(["round_robin", "ewma"] as const),
  default: "`round_robin`",
  doc: "`round_robin`: endpoints take turns; `ewma`: of two drawn at random the one that answered quicker lately. Affinity and `upstream-hash-by` win over it.",
  onBadValue: "`round_robin`",
  rejected: true,
  differs: "each worker measures answer times for itself; other values than the two are Problems.",
  badValue: badValue("No such way to choose endpoints: they take turns.", 'Write "round_robin" or "ewma".'),
});

export const SERVICE_UPSTREAM = ofIngress("medium", {
  name: "service-upstream",
  parser: parseBoolean,
  default: "`false`",
  doc: "Sends requests to the Service's own address (ClusterIP), where the cluster chooses among the endpoints: affinity ends there. A headless Service is served by its endpoints.",
  onBadValue: "`false`",
  differs: "it belongs to the Ingress, not to all that name the Service.",
  badValue: badValue("This is neither true nor false: requests go to the endpoints.", BOOLEAN_HINT),
});

export const BALANCING_ANNOTATIONS: readonly ServedAnnotation<unknown>[] = [
  UPSTREAM_HASH_BY,
  UPSTREAM_HASH_BY_SUBSET,
  UPSTREAM_HASH_BY_SUBSET_SIZE,
  LOAD_BALANCE,
  SERVICE_UPSTREAM,
];

const AFFINITY_WINS = noEffect("The Ingress has affinity, which chooses the endpoint.", "Leave one of the two out.");
const NOT_HASHED = noEffect(
  "Nothing is hashed without `upstream-hash-by`.",
  "Add upstream-hash-by, or leave this out.",
);

function hasAffinity({ given }: AnnotationContext): boolean {
  const text = given.get(AFFINITY.name)?.text;
  return text !== undefined && AFFINITY.parser(text).ok;
}

/** How endpoints are chosen: affinity first, then a hash, then `load-balance` (ingress-nginx: balancer implementations). */
export function readBalance(context: AnnotationContext): Partial<RoutePolicies> {
  const key = context.read(UPSTREAM_HASH_BY);
  const subset = context.read(UPSTREAM_HASH_BY_SUBSET) === true;
  const size = context.read(UPSTREAM_HASH_BY_SUBSET_SIZE) ?? 3;
  const way = context.read(LOAD_BALANCE);
  if (hasAffinity(context)) {
    for (const annotation of [UPSTREAM_HASH_BY, LOAD_BALANCE]) context.report(annotation, AFFINITY_WINS);
    return {};
  }
  if (key !== undefined) return { balance: { kind: "hash", key, subset: subset ? size : 1 } };
  if (subset && !context.has(UPSTREAM_HASH_BY)) context.report(UPSTREAM_HASH_BY_SUBSET, NOT_HASHED);
  return way === "ewma" ? { balance: { kind: "quicker" } } : {};
}
