import { contains } from "../../policies/address-ranges.ts";
import type { Answer } from "../../policies/answer.ts";
import { limitedClient } from "../../policies/limited-client.ts";
import type { PolicyRequest } from "../../policies/policy-request.ts";
import type { BandwidthPolicy, LimitPolicy, RoutePolicies } from "../../snapshot/route-policies.ts";
import { type RequestState, rareOf } from "../request.ts";
import { hold, release } from "./connection-limit.ts";
import { limitsDict } from "./limits-dict.ts";
import { monotonic } from "./monotonic.ts";
import { drain, fill } from "./rate-limit.ts";

/** ingress-nginx's limit-req-status-code and limit-conn-status-code. */
const LIMITED: Answer = { reason: "limited", status: 503 };

/** Both rates must have room; a request that one of them refuses counts for neither. */
function hasTurn({ perSecond, perMinute }: LimitPolicy, client: string): boolean {
  const now = monotonic();
  const second = `rate s ${client}`;
  if (perSecond !== undefined && !fill(limitsDict, second, perSecond, now)) return false;
  if (perMinute === undefined || fill(limitsDict, `rate m ${client}`, perMinute, now)) return true;
  if (perSecond !== undefined) drain(limitsDict, second, perSecond);
  return false;
}

function hasRoom(request: RequestState, { connections }: LimitPolicy, client: string): boolean {
  // A request that starts again, as its Route has changed meanwhile, is still the same one.
  if (connections === undefined || request.rare?.held !== undefined) return true;
  const rare = rareOf(request);
  rare.held = hold(`held ${client}`, connections);
  return rare.held !== undefined;
}

function setBandwidth({ rate, after }: BandwidthPolicy): void {
  ngx.var["limit_rate"] = `${rate}`;
  ngx.var["limpet_limit_rate_after"] = `${after}`;
}

/** What one address may ask of an Ingress (ingress-nginx: limits are shared by all paths of an Ingress). */
export function applyLimits(
  request: RequestState,
  { limits, bandwidth }: RoutePolicies,
  policyRequest: PolicyRequest,
): Answer | undefined {
  if (bandwidth !== undefined) setBandwidth(bandwidth);
  if (limits === undefined) return undefined;
  const address = policyRequest.address();
  if (limits.exempt !== undefined && contains(limits.exempt, address)) return undefined;
  const client = `${request.route?.tally.ingress} ${limitedClient(address)}`;
  return hasTurn(limits, client) && hasRoom(request, limits, client) ? undefined : LIMITED;
}

/** Gives back what a request held. */
export function releaseLimits(request: RequestState): void {
  const held = request.rare?.held;
  if (held !== undefined) release(held);
}
