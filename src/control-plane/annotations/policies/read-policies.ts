import type { RoutePolicies } from "../../../snapshot/route-policies.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import { chooseProfile } from "./choose-profile.ts";
import { readErrors, settleErrors } from "./errors.ts";
import { readRewrite } from "./paths.ts";
import { readRedirect } from "./redirects.ts";
import { readUpstreamHost } from "./upstream-host.ts";

/** What one subject's annotations ask for; an empty object when they ask for nothing. */
type PolicyReader = (context: AnnotationContext) => Partial<RoutePolicies>;

const READERS: readonly PolicyReader[] = [readRedirect, readRewrite, readUpstreamHost, readErrors];

/** Everything besides affinity and canary that the annotations of an Ingress ask for; undefined when that is nothing. */
export function readPolicies(context: AnnotationContext): RoutePolicies | undefined {
  const policies: RoutePolicies = Object.assign({}, ...READERS.map((read) => read(context)));
  if (Object.keys(policies).length === 0) return undefined;
  const profile = chooseProfile(policies);
  return settleErrors(context, profile === undefined ? policies : { ...policies, profile });
}
