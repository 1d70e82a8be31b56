import type { BackendIndex, PolicyIndex } from "./backend-index.ts";
import { slotHash } from "./backend-index.ts";
import { cleanValue, findCookie, rawValue } from "./cookie-header.ts";
import type { Chosen, Decision, Reason, Refused } from "./decision.ts";
import { poolFor } from "./pool.ts";
import { type Resolved, resolve } from "./resolve.ts";
import { locate } from "./ring.ts";
import { isFresh, STAMPED_LENGTH, stamp } from "./stamp.ts";
import { classicPin } from "./strategies/classic-pin.ts";
import { classicRing } from "./strategies/classic-ring.ts";
import { pin } from "./strategies/pin.ts";
import { roundRobin } from "./strategies/round-robin.ts";
import { slot } from "./strategies/slot.ts";
import { hasFailed, type Strategy } from "./strategies/strategy.ts";
import type { World } from "./world.ts";

const NO_ENDPOINT: Refused = { kind: "refuse", reason: "no-endpoint" };
const NONE_FAILED: readonly number[] = [];

function strategyOf(policy: PolicyIndex, world: World): Strategy {
  if (world.classicCookies === "write") return policy.persistent ? classicPin : classicRing;
  return policy.persistent ? pin : slot;
}

function spread(backend: BackendIndex, failed: readonly number[]): Decision {
  const position = roundRobin(backend, failed);
  if (failed.length === 0) return backend.turns[position] as Chosen;
  return { kind: "none", reason: "failed", position: position < 0 ? (failed[0] as number) : position, value: "" };
}

/** What is sent for a bare value: a sealed one gets what its policy adds, with a lifetime its stamp. */
function finish(value: string, policy: PolicyIndex, world: World): string {
  if (value === "" || world.classicCookies === "write") return value;
  const whole = policy.second === "" ? value : value + policy.second;
  return policy.lifetime === 0 ? whole : stamp(whole, world.now());
}

/** When every open Endpoint has failed: one that drains and was not tried, or else the one that failed first. */
export function lastResort(backend: BackendIndex, failed: readonly number[]): number | undefined {
  for (let i = 0; i < backend.size; i++) {
    if (!hasFailed(i, failed)) return i;
  }
  return failed[0];
}

function bindAnew(
  kind: "assign" | "reassign",
  reason: Reason,
  policy: PolicyIndex,
  backend: BackendIndex,
  failed: readonly number[],
  world: World,
): Decision {
  const strategy = strategyOf(policy, world);
  const pool = poolFor(kind, reason, policy, backend);
  let binding = strategy.pick(backend, pool, failed, world);
  if (binding === undefined && pool !== backend) binding = strategy.pick(backend, backend, failed, world);
  if (binding !== undefined) {
    return { kind, reason, position: binding.position, value: finish(binding.value, policy, world) };
  }
  const last = lastResort(backend, failed);
  if (last === undefined) return NO_ENDPOINT;
  return { kind, reason, position: last, value: finish(strategy.bind(backend, last, world), policy, world) };
}

/** Answers a value that resolved: silently when it may stay as it is, with a better one otherwise. */
function keep(found: Resolved, policy: PolicyIndex, backend: BackendIndex, world: World): Decision {
  const stay = backend.sticks[found.position] as Chosen;
  if (found.reason === "bound") return stay;
  const value = strategyOf(policy, world).bind(backend, found.position, world);
  return { kind: "stick", reason: found.reason, position: found.position, value: finish(value, policy, world) };
}

/**
 * The patient way, for everything that one lookup did not settle: all cookies of the name in their order (RFC 6265
 * §5.4: the most specific path comes first), every format. The first that resolves wins; one that ingress-nginx issued
 * for another Backend counts only when nothing else does.
 */
function decideCarefully(header: string, policy: PolicyIndex, backend: BackendIndex, world: World): Decision {
  let foreign: Resolved | undefined;
  let reason: Reason = "new";
  let start = findCookie(header, policy.needle, 0);
  while (start >= 0) {
    const value = cleanValue(rawValue(header, start));
    if (value !== "" && value !== "|") {
      const found = resolve(value, policy, backend, world);
      if (found.position >= 0 && !found.foreign) return keep(found, policy, backend, world);
      if (found.position >= 0) foreign = foreign ?? found;
      if (reason === "new" || found.reason === "gone") reason = found.reason;
    }
    start = findCookie(header, policy.needle, start);
  }
  if (foreign !== undefined) return keep(foreign, policy, backend, world);
  return bindAnew(reason === "new" ? "assign" : "reassign", reason, policy, backend, NONE_FAILED, world);
}

/**
 * The decision for the first attempt of a request whose Route has a canary: what a cookie carries besides the value that
 * names an Endpoint counts here, so one lookup never settles it. As `decide` otherwise.
 */
export function decideThoroughly(
  cookieHeader: string | undefined,
  policy: PolicyIndex | undefined,
  backend: BackendIndex,
  world: World,
): Decision {
  if (backend.size === 0) return NO_ENDPOINT;
  if (policy === undefined) return spread(backend, NONE_FAILED);
  if (cookieHeader === undefined) return bindAnew("assign", "new", policy, backend, NONE_FAILED, world);
  return decideCarefully(cookieHeader, policy, backend, world);
}

/** The decision for a value that needs no answer, by one lookup; undefined when there is more to it. */
function lookUp(value: string, policy: PolicyIndex, backend: BackendIndex, world: World): Chosen | undefined {
  if (policy.persistent) return backend.bound[value];
  // ingress-nginx's balanced keys lie on the ring, those of its other mode as well: no value to look up.
  if (world.classicCookies === "write") return undefined;
  const slots = world.slots();
  const ring = world.ring(backend);
  if (slots === undefined || ring === undefined) return undefined;
  const at = slots.slotOf[value];
  return at === undefined ? undefined : backend.sticks[locate(ring, slotHash(at))];
}

function lookUpStamped(value: string, policy: PolicyIndex, backend: BackendIndex, world: World): Chosen | undefined {
  if (value.length !== STAMPED_LENGTH || world.classicCookies === "write") return undefined;
  if (!isFresh(value, policy, world.now())) return undefined;
  return lookUp(value.substring(0, 16), policy, backend, world);
}

/**
 * The decision for the first attempt of a request: which Endpoint, and what the client is told about it.
 *
 * @param cookieHeader the Cookie header, lines joined with `; `; undefined when there is none
 * @param policy undefined: no affinity, Endpoints take turns
 */
export function decide(
  cookieHeader: string | undefined,
  policy: PolicyIndex | undefined,
  backend: BackendIndex,
  world: World,
): Decision {
  if (backend.size === 0) return NO_ENDPOINT;
  if (policy === undefined) return spread(backend, NONE_FAILED);
  if (cookieHeader === undefined) return bindAnew("assign", "new", policy, backend, NONE_FAILED, world);
  const start = findCookie(cookieHeader, policy.needle, 0);
  if (start < 0) return bindAnew("assign", "new", policy, backend, NONE_FAILED, world);
  const value = rawValue(cookieHeader, start);
  const known =
    policy.lifetime === 0 || world.classicCookies === "write"
      ? lookUp(value, policy, backend, world)
      : lookUpStamped(value, policy, backend, world);
  return known ?? decideCarefully(cookieHeader, policy, backend, world);
}

/**
 * The decision for a further attempt, after others failed.
 *
 * A client that is bound stays where it is unless its Route says change-on-failure; everybody else goes to an Endpoint
 * that has not failed yet, and to the one that failed first when there is none (ingress-nginx: section "Retries").
 *
 * @param failed positions that this request has tried, in order, without repeats
 */
export function decideAgain(
  before: Chosen,
  failed: readonly number[],
  policy: PolicyIndex | undefined,
  backend: BackendIndex,
  world: World,
): Decision {
  if (policy === undefined) return spread(backend, failed);
  if (before.kind === "stick" && !policy.policy.changeOnFailure) return before;
  const kind = before.kind === "assign" ? "assign" : "reassign";
  return bindAnew(kind, "failed", policy, backend, failed, world);
}
