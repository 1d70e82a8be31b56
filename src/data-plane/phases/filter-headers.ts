import { addAuthorityCookies } from "../policies/authority-answer.ts";
import { replaceCors } from "../policies/cors-response.ts";
import { filterResponse } from "../policies/filter-response.ts";
import { nginxRequest } from "../policies/nginx-request.ts";
import { currentRequest } from "../request.ts";

/** What policies do to the headers of a response; runs in the named locations of Profiles alone. */
export function filterHeaders(): void {
  const request = currentRequest();
  const policies = request?.route?.policies;
  if (request === undefined || policies === undefined) return;
  if (policies.response !== undefined) filterResponse(policies.response);
  replaceCors(policies, nginxRequest(request));
  addAuthorityCookies(request, ngx.status);
}
