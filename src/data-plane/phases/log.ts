import { logAccess } from "../access-log.ts";
import { countRequest } from "../metrics/count.ts";
import { releaseLimits } from "../policies/apply-limits.ts";
import { endRequest, recycle } from "../request.ts";

/** Closes the books on a request. */
export function log(): void {
  const request = endRequest();
  countRequest(request);
  logAccess(request);
  if (request === undefined) return;
  if (request.route?.policies !== undefined) releaseLimits(request);
  recycle(request);
}
