import type { Refusal } from "./refusal.ts";

/** A whole answer. */
export interface Reply {
  readonly status: number;
  /** JSON. */
  readonly text: string;
  /** The length is not stated beforehand: so come lists. */
  readonly streamed?: boolean;
  /** Seconds. */
  readonly retryAfter?: number | undefined;
}

export function refusalReply(refusal: Refusal, retryAfter = refusal.details?.retryAfterSeconds): Reply {
  return { status: refusal.code, text: `${JSON.stringify(refusal.toStatus())}\n`, retryAfter };
}
