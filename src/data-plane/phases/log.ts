import { logAccess } from "../access-log.ts";
import { countRequest } from "../metrics/count.ts";
import { logByPolicies } from "../policies/log-policies.ts";
import { endRequest, recycle } from "../request.ts";

/** Closes the books on a request. */
export function log(): void {
  const request = endRequest();
  countRequest(request);
  const policies = request?.route?.policies;
  if (request === undefined || policies === undefined) logAccess(request);
  else logByPolicies(request, policies);
  if (request !== undefined) recycle(request);
}
