import type { Refused } from "../../affinity/decision.ts";
import { addAuthorityCookies } from "../policies/authority-answer.ts";
import { addGlobalHeaders } from "../policies/global-headers.ts";
import { handOver } from "../policies/hand-over.ts";
import { currentRequest } from "../request.ts";

const REQUEST_TOO_LARGE: Refused = { kind: "refuse", reason: "too-large" };

/**
 * Answers for NGINX where no Endpoint did (a failed attempt, a body too large): the status that it found or that we know
 * better, and nothing of ours with it. A cookie on such a response would bind the client to an Endpoint that has just failed.
 */
export function unanswered(): void {
  const request = currentRequest();
  if (request === undefined) return ngx.exit(ngx.status);
  if (ngx.status === 413) request.decision = REQUEST_TOO_LARGE;
  const known = request.rare?.status ?? 0;
  const status = known === 0 ? ngx.status : known;
  if (request.rare?.told !== undefined) addAuthorityCookies(request, status);
  handOver(request, status);
  addGlobalHeaders(request);
  ngx.exit(status);
}
