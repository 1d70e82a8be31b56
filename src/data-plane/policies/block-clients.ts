import { answerBlocked } from "../../policies/blocked.ts";
import type { PolicyRequest } from "../../policies/policy-request.ts";
import { currentSettings } from "../current-settings.ts";
import { PATTERNS } from "../patterns.ts";
import type { RequestState } from "../request.ts";
import { refuse } from "../serve.ts";

/** Ends the request of a client that the global settings block. */
export function blockClient(request: RequestState, asked: PolicyRequest): void {
  const blocked = currentSettings().policies?.blocked;
  const answer = blocked === undefined ? undefined : answerBlocked(blocked, asked, PATTERNS);
  if (answer !== undefined) refuse(request, answer.reason, answer.status);
}
