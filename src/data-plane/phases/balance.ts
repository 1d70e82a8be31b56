import { set_current_peer, set_more_tries } from "ngx.balancer";
import { decideAgain } from "../../affinity/decide.ts";
import { hasFailed } from "../../affinity/strategies/strategy.ts";
import type { Endpoint } from "../../snapshot/model.ts";
import { currentRequest, type RequestState } from "../request.ts";
import { world } from "../store.ts";
import { announce } from "./rewrite.ts";

/** ingress-nginx's default of proxy-next-upstream-tries: attempts in all. */
const MOST_ATTEMPTS = 3;

/** A bound client without change-on-failure has one Endpoint; NGINX itself repeats what failed on an idle connection. */
function mayMove(request: RequestState): boolean {
  if (request.backend.endpoints.length === 1) return false;
  const policy = request.route.policy;
  return request.decision.kind !== "stick" || policy === undefined || policy.policy.changeOnFailure;
}

function usePeer(request: RequestState): void {
  const position = request.decision.position;
  request.attempts = request.attempts + 1;
  if (request.attempts < MOST_ATTEMPTS && mayMove(request)) set_more_tries(1);
  const endpoint = request.backend.endpoints[position] as Endpoint;
  set_current_peer(request.backend.peers[position] as string, endpoint.port);
}

function noteFailure(request: RequestState): number[] {
  const failed = request.failed ?? [];
  const position = request.decision.position;
  if (!hasFailed(position, failed)) failed.push(position);
  request.failed = failed;
  return failed;
}

function decideOnFailure(request: RequestState): void {
  const decision = decideAgain(request.decision, noteFailure(request), request.route.policy, request.backend, world);
  if (decision.kind === "refuse") return;
  request.decision = decision;
  if (decision.value !== "") announce(request.route, decision);
}

/** Gives NGINX the Peer of the next attempt. */
export function balance(): void {
  const request = currentRequest();
  if (request === undefined) return;
  if (request.attempts > 0) decideOnFailure(request);
  usePeer(request);
}
