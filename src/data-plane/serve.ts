import { decide } from "../affinity/decide.ts";
import type { Decision, Reason } from "../affinity/decision.ts";
import { announce } from "./announce.ts";
import type { LoadedBackend } from "./loaded-backends.ts";
import type { RouteIndex } from "./loaded-hosts.ts";
import { readVariable } from "./nginx-values.ts";
import { addGlobalHeaders } from "./policies/global-headers.ts";
import { handOver } from "./policies/hand-over.ts";
import type { RequestState } from "./request.ts";
import { world } from "./store.ts";

/** Ends a request here: no Endpoint is asked. */
export function refuse(request: RequestState, reason: Reason, status: number): void {
  request.decision = { kind: "refuse", reason };
  handOver(request, status);
  addGlobalHeaders(request);
  ngx.exit(status);
}

/** Has a request served as it was decided, or ends it. */
export function carryOut(request: RequestState, route: RouteIndex, backend: LoadedBackend, decision: Decision): void {
  request.route = route;
  if (decision.kind === "refuse") return refuse(request, decision.reason, 503);
  request.backend = backend;
  request.decision = decision;
  if (decision.value !== "") announce(route, decision);
}

/** Decides on the Endpoint of a request whose Route and Backend are known. */
export function serve(request: RequestState, route: RouteIndex, backend: LoadedBackend): void {
  const cookies = route.policy === undefined ? undefined : readVariable("http_cookie");
  carryOut(request, route, backend, decide(cookies, route.policy, backend, world));
}
