import { answered } from "../answered.ts";
import { addAuthorityCookies } from "../policies/authority-answer.ts";
import { replaceCors } from "../policies/cors-response.ts";
import { filterResponse } from "../policies/filter-response.ts";
import { filterGlobally } from "../policies/global-headers.ts";
import { nginxRequest } from "../policies/nginx-request.ts";
import { currentRequest } from "../request.ts";

/** What policies do to the headers of a response; runs in the named locations of Profiles alone. */
export function filterHeaders(): void {
  const request = currentRequest();
  if (request === undefined) return;
  filterGlobally(request);
  const policies = request.route?.policies;
  if (policies === undefined) return;
  if (policies.response !== undefined) filterResponse(policies.response);
  replaceCors(policies, nginxRequest(request));
  // Where errors are taken away NGINX's own stay in their location, and no cookie may go with them.
  if (policies.errors !== undefined && (request.attempts === 0 || !answered(ngx.status))) {
    ngx.var["limpet_set_cookie"] = "";
  }
  addAuthorityCookies(request, ngx.status);
}
