import type { Answer } from "../../policies/answer.ts";
import { answerEarly } from "../../policies/answer-early.ts";
import { answerByAppRoot } from "../../policies/app-root.ts";
import { askGuards, type Guard } from "../../policies/guard.ts";
import { guardByAddress } from "../../policies/guard-by-address.ts";
import type { HostPolicies, RoutePolicies } from "../../snapshot/route-policies.ts";
import type { RouteIndex, ServedPolicies } from "../loaded-hosts.ts";
import type { RequestState } from "../request.ts";
import { refuse } from "../serve.ts";
import { applyLimits } from "./apply-limits.ts";
import { addAuthorityCookies } from "./authority-answer.ts";
import { blockClient } from "./block-clients.ts";
import { announceCors, writeHeaders } from "./cors-response.ts";
import { guardByAuthority } from "./guard-by-authority.ts";
import { guardHost, passClient } from "./guard-by-certificate.ts";
import { guardByPassword } from "./guard-by-password.ts";
import { nginxRequest } from "./nginx-request.ts";

/** Ends the request with an answer of the Route's own. */
export function give(request: RequestState, { reason, status, location, headers }: Answer): void {
  if (location !== undefined) ngx.header["Location"] = location;
  if (headers !== undefined) writeHeaders(headers);
  refuse(request, reason, status);
}

/**
 * What a Route's policies have to say before an Endpoint is chosen, in ingress-nginx's order of phases. Ends the request
 * where one of them answers it.
 */
export function applyPolicies(request: RequestState, route: RouteIndex, policies: ServedPolicies): void {
  request.route = route;
  if (request.rare !== undefined) request.rare.told = undefined;
  const policyRequest = nginxRequest(request);
  blockClient(request, policyRequest);
  announceCors(policies, policyRequest);
  const host = policies.ofHost;
  const answer =
    (host && guardHost(host)) ?? answerEarly(policies, host, policyRequest) ?? (host && passClient(host, policies));
  if (answer !== undefined) return give(request, answer);
}

/** What a host answers by itself where none of its tables has the path. */
export function applyHostPolicies(request: RequestState, host: HostPolicies): void {
  const answer = guardHost(host) ?? answerByAppRoot(host, nginxRequest(request));
  if (answer !== undefined) give(request, answer);
}

/** Before something is served on a host that no Route of it stands for. */
export function admitUnmatched(request: RequestState, host: HostPolicies): void {
  const answer = passClient(host, {});
  if (answer !== undefined) give(request, answer);
}

/**
 * In NGINX's order; each may wait for something, which other requests do not. The last may go elsewhere to ask, and they
 * are all asked again then.
 */
const GUARDS: readonly Guard[] = [guardByAddress, guardByPassword, guardByAuthority];

/** Who may use the Route, and how much of it: after it is known that somebody could answer. */
export function applyGuards(request: RequestState, policies: RoutePolicies): void {
  const policyRequest = nginxRequest(request);
  // A request that comes back from an authority was counted before it went there.
  const limited = request.rare?.told === undefined ? applyLimits(request, policies, policyRequest) : undefined;
  const answer = limited ?? askGuards(GUARDS, policies, policyRequest);
  if (answer === undefined) return;
  addAuthorityCookies(request, answer.status);
  give(request, answer);
}
