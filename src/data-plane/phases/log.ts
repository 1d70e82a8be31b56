import { logAccess } from "../access-log.ts";
import { endRequest } from "../request.ts";

/** Closes the books on a request. */
export function log(): void {
  logAccess(endRequest());
}
