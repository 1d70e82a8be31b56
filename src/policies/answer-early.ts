import type { HostPolicies, RoutePolicies } from "../snapshot/route-policies.ts";
import type { Answer } from "./answer.ts";
import { answerByAppRoot } from "./app-root.ts";
import { answerPreflight } from "./cors.ts";
import { answerByHostRedirect } from "./host-redirect.ts";
import { answerByHttpsRedirect } from "./https-redirect.ts";
import type { PolicyRequest } from "./policy-request.ts";
import { answerByRedirect } from "./redirect.ts";

/** One subject's answer to a request; undefined: it has none. */
type EarlyAnswer = (
  policies: RoutePolicies,
  host: HostPolicies | undefined,
  request: PolicyRequest,
) => Answer | undefined;

const appRoot: EarlyAnswer = (_, host, request) => answerByAppRoot(host, request);

/** In the order in which ingress-nginx has them (phase order for a request: `return` rules, then HTTPS). */
const EARLY: readonly EarlyAnswer[] = [
  appRoot,
  answerByRedirect,
  answerPreflight,
  answerByHostRedirect,
  answerByHttpsRedirect,
];

/** What a Route answers before anything else is looked at; undefined: the request goes on. */
export function answerEarly(
  policies: RoutePolicies,
  host: HostPolicies | undefined,
  request: PolicyRequest,
): Answer | undefined {
  for (let i = 0; i < EARLY.length; i++) {
    const answer = (EARLY[i] as EarlyAnswer)(policies, host, request);
    if (answer !== undefined) return answer;
  }
  return undefined;
}
