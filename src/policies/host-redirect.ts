import type { HostPolicies, RoutePolicies } from "../snapshot/route-policies.ts";
import type { Answer } from "./answer.ts";
import type { PolicyRequest } from "./policy-request.ts";
import { withoutEndSlash } from "./without-end-slash.ts";

/** `from-to-www-redirect`: the same under the other name, scheme and port as the request came in (ingress-nginx 1.15.1). */
export function answerByHostRedirect(
  { hostRedirect }: RoutePolicies,
  _host: HostPolicies | undefined,
  request: PolicyRequest,
): Answer | undefined {
  if (hostRedirect === undefined) return undefined;
  const scheme = request.tls() ? "https" : "http";
  const location = `${scheme}://${hostRedirect.host}:${request.port()}${withoutEndSlash(request.requestUri())}`;
  return { reason: "redirected", status: hostRedirect.status, location };
}
