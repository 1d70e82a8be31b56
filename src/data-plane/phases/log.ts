import { endRequest } from "../request.ts";
import { logVerdict } from "../verdict.ts";

/** Closes the books on a request. */
export function log(): void {
  const request = endRequest();
  if (request !== undefined) logVerdict(request);
}
