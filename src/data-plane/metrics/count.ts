import { now, requestMethod, responseStatus, startTime } from "../nginx-values.ts";
import type { RequestState } from "../request.ts";
import { markDirty } from "./flush.ts";
import { tallyOf } from "./registry.ts";
import { countDecision, observe, requestKey, type Tally } from "./tally.ts";

const NOWHERE = tallyOf("", "");

function countEndpoint(tally: Tally, name: string): void {
  tally.endpoints[name] = (tally.endpoints[name] ?? 0) + 1;
}

function countAnswer(tally: Tally, request: RequestState, endedAt: number): void {
  if (request.attempts === 0 || request.decision.kind === "refuse") return;
  observe(tally.upstream, endedAt - request.sentAt);
  const name = request.backend?.names[request.decision.position];
  if (name !== undefined) countEndpoint(tally, name);
}

/** Counts a request that is over: in tables of this worker alone, no lock and no shared memory. */
export function countRequest(request: RequestState | undefined): void {
  const tally = request?.route?.tally ?? NOWHERE;
  const key = requestKey(requestMethod(), responseStatus());
  const endedAt = now();
  tally.requests[key] = (tally.requests[key] ?? 0) + 1;
  observe(tally.durations, endedAt - startTime());
  if (request !== undefined) {
    countDecision(tally, request.decision);
    countAnswer(tally, request, endedAt);
  }
  if (!tally.dirty) markDirty(tally);
}
