import type { RoutePolicies } from "../../snapshot/route-policies.ts";
import { logAccess } from "../access-log.ts";
import type { RequestState } from "../request.ts";
import { releaseLimits } from "./apply-limits.ts";
import { learnAnswerTime } from "./balance-by-request.ts";

/** The log phase of a request on a Route with policies. */
export function logByPolicies(request: RequestState, policies: RoutePolicies): void {
  if (policies.balance?.kind === "quicker") learnAnswerTime(request);
  if (policies.unlogged !== true) logAccess(request);
  releaseLimits(request);
}
