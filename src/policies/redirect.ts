import type { RoutePolicies } from "../snapshot/route-policies.ts";
import type { Answer } from "./answer.ts";

/** `permanent-redirect`, `temporal-redirect`: the Route is somewhere else. */
export function answerByRedirect({ redirect }: RoutePolicies): Answer | undefined {
  if (redirect === undefined) return undefined;
  return { reason: "redirected", status: redirect.status, location: redirect.location };
}
