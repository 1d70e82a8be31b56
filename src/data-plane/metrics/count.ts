import { now, requestMethod, responseStatus, startTime } from "../nginx-values.ts";
import type { RequestState } from "../request.ts";
import { markDirty } from "./flush.ts";
import { tallyOf } from "./registry.ts";
import { ANSWERS, count, decisionKey, observe, REQUESTS, requestKey, type Tally } from "./tally.ts";

const NOWHERE = tallyOf("", "");

function countAnswer(tally: Tally, request: RequestState, endedAt: number): void {
  if (request.attempts === 0 || request.decision.kind === "refuse") return;
  observe(tally, ANSWERS, endedAt - request.sentAt);
  const name = request.backend?.names[request.decision.position];
  if (name !== undefined) count(tally, name);
}

/** Counts a request that is over: in tables of this worker alone, no lock and no shared memory. */
export function countRequest(request: RequestState | undefined): void {
  const tally = request?.route?.tally ?? NOWHERE;
  const endedAt = now();
  count(tally, requestKey(requestMethod(), responseStatus()));
  observe(tally, REQUESTS, endedAt - startTime());
  if (request !== undefined) {
    count(tally, decisionKey(request.decision));
    countAnswer(tally, request, endedAt);
  }
  if (!tally.dirty) markDirty(tally);
}
