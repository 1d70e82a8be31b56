import { replaceCors } from "../policies/cors-response.ts";
import { filterGlobally } from "../policies/global-headers.ts";
import { nginxRequest } from "../policies/nginx-request.ts";
import { currentRequest } from "../request.ts";

/**
 * What a Route has done to the headers of a default backend's response: sites that may read its own may read that one. All
 * else is for its Endpoints' responses.
 */
export function filterInstead(): void {
  const request = currentRequest();
  if (request === undefined) return;
  filterGlobally(request);
  const policies = request.route?.policies;
  if (policies !== undefined) replaceCors(policies, nginxRequest(request));
}
