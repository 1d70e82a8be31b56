import { addAuthorityCookies } from "../policies/authority-answer.ts";
import { currentRequest } from "../request.ts";

/**
 * Answers for NGINX where no Endpoint did (a failed attempt, a body too large): the status that it found, and nothing of
 * ours with it. A cookie on such a response would bind the client to an Endpoint that has just failed.
 */
export function unanswered(): void {
  const request = currentRequest();
  if (request?.told !== undefined) addAuthorityCookies(request, ngx.status);
  ngx.exit(ngx.status);
}
