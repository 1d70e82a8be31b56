import type { RequestState } from "../request.ts";
import { markDirty } from "./flush.ts";
import { tallyOf } from "./registry.ts";
import { countDecision, observe, requestKey, type Tally } from "./tally.ts";

const NOWHERE = tallyOf("", "");

function countEndpoint(tally: Tally, name: string): void {
  tally.endpoints[name] = (tally.endpoints[name] ?? 0) + 1;
}

function countAnswer(tally: Tally, request: RequestState, now: number): void {
  if (request.attempts === 0 || request.decision.kind === "refuse") return;
  observe(tally.upstream, now - request.sentAt);
  const name = request.backend?.names[request.decision.position];
  if (name !== undefined) countEndpoint(tally, name);
}

/** Counts a request that is over: in tables of this worker alone, no lock and no shared memory. */
export function countRequest(request: RequestState | undefined): void {
  const tally = request?.route?.tally ?? NOWHERE;
  const key = requestKey(ngx.req.get_method(), ngx.status);
  const now = ngx.now();
  tally.requests[key] = (tally.requests[key] ?? 0) + 1;
  observe(tally.durations, now - ngx.req.start_time());
  if (request !== undefined) {
    countDecision(tally, request.decision);
    countAnswer(tally, request, now);
  }
  if (!tally.dirty) markDirty(tally);
}
