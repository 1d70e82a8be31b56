import { set_current_peer, set_more_tries } from "ngx.balancer";
import type { PolicyIndex } from "../../affinity/backend-index.ts";
import { decideAgain } from "../../affinity/decide.ts";
import type { Chosen, Decision } from "../../affinity/decision.ts";
import { hasFailed } from "../../affinity/strategies/strategy.ts";
import { announce } from "../announce.ts";
import type { LoadedBackend } from "../loaded-backends.ts";
import { balanceAgain } from "../policies/balance-by-request.ts";
import { currentRequest, type RequestState } from "../request.ts";
import { world } from "../store.ts";

/** ingress-nginx's default of proxy-next-upstream-tries: attempts in all. */
const MOST_ATTEMPTS = 3;

/** A bound client without change-on-failure has one Endpoint; NGINX itself repeats what failed on an idle connection. */
function mayMove(decision: Chosen, backend: LoadedBackend, policy: PolicyIndex | undefined): boolean {
  if (backend.size === 1) return false;
  return decision.kind !== "stick" || policy === undefined || policy.policy.changeOnFailure;
}

function usePeer(request: RequestState, backend: LoadedBackend, decision: Chosen): void {
  const position = decision.position;
  request.attempts = request.attempts + 1;
  request.sentAt = ngx.now();
  if (request.attempts < MOST_ATTEMPTS && mayMove(decision, backend, request.route?.policy)) set_more_tries(1);
  set_current_peer(backend.peers[position] as string, backend.ports[position] as number);
}

function noteFailure(request: RequestState, position: number): number[] {
  const failed = request.failed ?? [];
  if (!hasFailed(position, failed)) failed.push(position);
  request.failed = failed;
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

/** Gives NGINX the Peer of the next attempt. */
export function balance(): void {
  const request = currentRequest();
  const backend = request?.backend;
  if (request === undefined || backend === undefined || request.decision.kind === "refuse") return;
  const decision = request.attempts === 0 ? request.decision : decideOnFailure(request, backend, request.decision);
  if (decision.kind !== "refuse") usePeer(request, backend, decision);
}
