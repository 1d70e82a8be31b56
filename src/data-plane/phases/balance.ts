import { set_current_peer, set_more_tries, set_timeouts } from "ngx.balancer";
import type { PolicyIndex } from "../../affinity/backend-index.ts";
import { decideAgain } from "../../affinity/decide.ts";
import type { Chosen, Decision } from "../../affinity/decision.ts";
import { hasFailed } from "../../affinity/strategies/strategy.ts";
import { mostAttempts } from "../../policies/retry.ts";
import type { RoutePolicies } from "../../snapshot/route-policies.ts";
import { announce } from "../announce.ts";
import type { LoadedBackend } from "../loaded-backends.ts";
import { now } from "../nginx-values.ts";
import { balanceAgain } from "../policies/balance-by-request.ts";
import { givesUp } from "../policies/give-up.ts";
import { currentRequest, type RequestState, rareOf } from "../request.ts";
import { world } from "../store.ts";

/** A bound client without change-on-failure has one Endpoint; NGINX itself repeats what failed on an idle connection. */
function mayMove(decision: Chosen, backend: LoadedBackend, policy: PolicyIndex | undefined): boolean {
  if (backend.size === 1) return false;
  return decision.kind !== "stick" || policy === undefined || policy.policy.changeOnFailure;
}

function prepareAttempt(request: RequestState, policies: RoutePolicies): void {
  if (request.attempts === 1) rareOf(request).firstSentAt = request.sentAt;
  const timeouts = policies.timeouts;
  if (timeouts !== undefined) set_timeouts(timeouts.connect, timeouts.send, timeouts.read);
}

function usePeer(request: RequestState, backend: LoadedBackend, decision: Chosen): void {
  const position = decision.position;
  const policies = request.route?.policies;
  request.attempts = request.attempts + 1;
  request.sentAt = now();
  if (policies !== undefined) prepareAttempt(request, policies);
  if (
    request.attempts < mostAttempts(policies?.retries, backend.size) &&
    mayMove(decision, backend, request.route?.policy)
  )
    set_more_tries(1);
  set_current_peer(backend.peers[position] as string, backend.ports[position] as number);
}

function noteFailure(request: RequestState, position: number): number[] {
  const { failed } = rareOf(request);
  if (!hasFailed(position, failed)) failed.push(position);
  return failed;
}

function decideOnFailure(request: RequestState, backend: LoadedBackend, before: Chosen): Decision {
  const route = request.route;
  const failed = noteFailure(request, before.position);
  const balance = route?.policies?.balance;
  const decision =
    balance === undefined
      ? decideAgain(before, failed, route?.policy, backend, world)
      : balanceAgain(request, balance, backend, failed);
  request.decision = decision;
  if (route !== undefined && decision.kind !== "refuse" && decision.value !== "") announce(route, decision);
  return decision;
}

/** The decision for a further attempt; undefined: there is none. */
function decideNext(request: RequestState, backend: LoadedBackend, before: Chosen): Decision | undefined {
  const retries = request.route?.policies?.retries;
  if (retries !== undefined && givesUp(request, retries)) return undefined;
  return decideOnFailure(request, backend, before);
}

/** Gives NGINX the Peer of the next attempt. */
export function balance(): void {
  const request = currentRequest();
  const backend = request?.backend;
  if (request === undefined || backend === undefined || request.decision.kind === "refuse") return;
  const decision = request.attempts === 0 ? request.decision : decideNext(request, backend, request.decision);
  if (decision !== undefined && decision.kind !== "refuse") usePeer(request, backend, decision);
}
