import type { Reason } from "../affinity/decision.ts";
import type { RequestState } from "./request.ts";
import type { RouteIndex } from "./store.ts";

/** Whether anybody reads the verdict: set once from the rendered configuration. */
let logs = false;

export function switchVerdictsOn(): void {
  logs = true;
}

function write(route: RouteIndex | undefined, outcome: string, reason: Reason): void {
  if (route !== undefined) {
    ngx.var["limpet_ingress"] = route.route.ingress;
    ngx.var["limpet_service"] = route.route.service;
  }
  ngx.var["limpet_affinity"] = outcome;
  ngx.var["limpet_reason"] = reason;
}

/** The verdict on a request that no Endpoint is asked for. */
export function logRefusal(route: RouteIndex | undefined, reason: Reason): void {
  if (logs) write(route, "refuse", reason);
}

/** The verdict on a request that is over: what the access log shows. */
export function logVerdict(request: RequestState): void {
  if (logs) write(request.route, request.decision.kind, request.decision.reason);
}
