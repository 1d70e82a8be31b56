import type { BalancePolicy } from "../snapshot/route-policies.ts";
import type { BackendIndex } from "./backend-index.ts";
import { lastResort } from "./decide.ts";
import type { Decision, Reason } from "./decision.ts";
import { hashed } from "./strategies/hashed.ts";
import { type AnswerTimes, quicker } from "./strategies/quicker.ts";
import type { World } from "./world.ts";

/**
 * The decision for an attempt on a Route that has a BalancePolicy, and so no affinity: nothing is remembered, each request
 * stands for itself.
 *
 * @param key what the request is hashed by; empty where it is not
 * @param failed positions that this request has tried, in order, without repeats
 */
export function decideByRequest(
  balance: BalancePolicy,
  key: string,
  backend: BackendIndex,
  failed: readonly number[],
  times: AnswerTimes,
  world: World,
): Decision {
  if (backend.size === 0) return { kind: "refuse", reason: "no-endpoint" };
  const found =
    balance.kind === "hash"
      ? hashed(key, balance.subset, backend, failed, world)
      : quicker(backend, failed, world, times);
  const position = found < 0 ? lastResort(backend, failed) : found;
  if (position === undefined) return { kind: "refuse", reason: "no-endpoint" };
  const reason: Reason = failed.length > 0 ? "failed" : balance.kind === "hash" ? "hashed" : "quicker";
  return { kind: "none", reason, position, value: "" };
}
