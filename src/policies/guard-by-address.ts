import type { RoutePolicies } from "../snapshot/route-policies.ts";
import { contains } from "./address-ranges.ts";
import type { Answer } from "./answer.ts";
import type { Verdict } from "./guard.ts";
import type { PolicyRequest } from "./policy-request.ts";

const DENIED: Answer = { reason: "denied", status: 403 };

/**
 * `denylist-source-range`, `allowlist-source-range`: who is on the former stays out, whatever the latter says. A denylist
 * alone admits nobody: whoever is not on it is left to the other guards (NGINX's access rules).
 */
export function guardByAddress({ addresses }: RoutePolicies, request: PolicyRequest): Verdict {
  if (addresses === undefined) return undefined;
  const client = request.address();
  if (addresses.deny !== undefined && contains(addresses.deny, client)) return DENIED;
  if (addresses.allow === undefined) return undefined;
  return contains(addresses.allow, client) ? "admitted" : DENIED;
}
