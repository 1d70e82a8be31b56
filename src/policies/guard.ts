import type { RoutePolicies } from "../snapshot/route-policies.ts";
import type { Answer } from "./answer.ts";
import type { PolicyRequest } from "./policy-request.ts";

/** `admitted`: the guard vouches for the client; an Answer: it refuses; undefined: it has nothing to say. */
export type Verdict = "admitted" | Answer | undefined;

/**
 * One way to decide who may use a Route. In NGINX it may wait for something.
 *
 * @noSelf
 */
export type Guard = (policies: RoutePolicies, request: PolicyRequest) => Verdict;

/**
 * What the guards of a Route say together, asked one after the other (NGINX's `satisfy`): of `all` the first refusal
 * counts, of `any` the first admission. Where nobody admits, 401 counts before other refusals: the client can do something
 * about it.
 *
 * @returns why the request goes no further; undefined: it does
 */
export function askGuards(
  guards: readonly Guard[],
  policies: RoutePolicies,
  request: PolicyRequest,
): Answer | undefined {
  let refusal: Answer | undefined;
  for (let i = 0; i < guards.length; i++) {
    const verdict = (guards[i] as Guard)(policies, request);
    if (verdict === "admitted") {
      if (policies.satisfyAny === true) return undefined;
    } else if (verdict !== undefined) {
      if (policies.satisfyAny !== true) return verdict;
      if (refusal?.status !== 401) refusal = verdict;
    }
  }
  return refusal;
}
