import { filterResponse } from "../policies/filter-response.ts";
import { currentRequest } from "../request.ts";

/** What policies do to the headers of a response; runs in the named locations of Profiles alone. */
export function filterHeaders(): void {
  const policies = currentRequest()?.route?.policies;
  if (policies?.response !== undefined) filterResponse(policies.response);
}
