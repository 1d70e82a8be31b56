import type { HostPolicies } from "../snapshot/route-policies.ts";
import type { Answer } from "./answer.ts";
import type { PolicyRequest } from "./policy-request.ts";

/** `app-root`: whoever asks for the root of a host is sent to another path of it, whatever its Routes. */
export function answerByAppRoot(host: HostPolicies | undefined, request: PolicyRequest): Answer | undefined {
  if (host?.appRoot === undefined || request.path !== "/") return undefined;
  const scheme = request.tls() ? "https" : "http";
  return { reason: "redirected", status: 302, location: `${scheme}://${request.hostHeader()}${host.appRoot}` };
}
