import type { Answer } from "../../policies/answer.ts";
import { answerEarly } from "../../policies/answer-early.ts";
import type { RoutePolicies } from "../../snapshot/route-policies.ts";
import type { RouteIndex } from "../loaded-hosts.ts";
import type { RequestState } from "../request.ts";
import { refuse } from "../serve.ts";
import { nginxRequest } from "./nginx-request.ts";
import { shapeRequest } from "./shape-request.ts";

/** Ends the request with an answer of the Route's own. */
export function give(request: RequestState, { reason, status, location, headers }: Answer): void {
  if (location !== undefined) ngx.header["Location"] = location;
  if (headers !== undefined) {
    for (let i = 0; i + 1 < headers.length; i += 2) ngx.header[headers[i] as string] = headers[i + 1] as string;
  }
  refuse(request, reason, status);
}

/**
 * What a Route's policies have to say before an Endpoint is chosen, in ingress-nginx's order of phases. Ends the request
 * where one of them answers it.
 */
export function applyPolicies(request: RequestState, route: RouteIndex, policies: RoutePolicies): void {
  request.route = route;
  const answer = answerEarly(policies, route.hostPolicies, nginxRequest(request));
  if (answer !== undefined) return give(request, answer);
  shapeRequest(request, route, policies);
}
