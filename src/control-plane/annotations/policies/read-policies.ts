import type { RoutePolicies } from "../../../snapshot/route-policies.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import { readAddresses } from "./addresses.ts";
import { readAuthority } from "./authority.ts";
import { readBalance } from "./balancing.ts";
import { readBasicAuth } from "./basic-auth.ts";
import { chooseProfile } from "./choose-profile.ts";
import { readConnectionHeader } from "./connection-header.ts";
import { readConnections } from "./connections.ts";
import { readCors } from "./cors.ts";
import { readErrors, settleErrors } from "./errors.ts";
import { readLimits } from "./limits.ts";
import { readLogs } from "./logs.ts";
import { readMirror } from "./mirror.ts";
import { readRewrite } from "./paths.ts";
import { readRedirect } from "./redirects.ts";
import { readResponseHeaders } from "./response-headers.ts";
import { readSatisfy } from "./satisfy.ts";
import { readUpstreamHost } from "./upstream-host.ts";

/** What one subject's annotations ask for; an empty object when they ask for nothing. */
type PolicyReader = (context: AnnotationContext) => Partial<RoutePolicies>;

const READERS: readonly PolicyReader[] = [
  readRedirect,
  readRewrite,
  readUpstreamHost,
  readErrors,
  readCors,
  readLimits,
  readAddresses,
  readBasicAuth,
  readAuthority,
  readSatisfy,
  readConnections,
  readBalance,
  readMirror,
  readResponseHeaders,
  readConnectionHeader,
  readLogs,
];

/** Everything besides affinity and canary that the annotations of an Ingress ask for; undefined when that is nothing. */
export function readPolicies(context: AnnotationContext): RoutePolicies | undefined {
  const policies: RoutePolicies = Object.assign({}, ...READERS.map((read) => read(context)));
  if (Object.keys(policies).length === 0) return undefined;
  const profile = chooseProfile(policies);
  return settleErrors(context, profile === undefined ? policies : { ...policies, profile });
}
