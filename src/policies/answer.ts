import type { Reason } from "../affinity/decision.ts";

/** What a Route answers itself: no Endpoint is asked. */
export interface Answer {
  readonly reason: Reason;
  readonly status: number;
  /** Where the client is sent. */
  readonly location?: string;
  /** Further headers, name and value in turn. */
  readonly headers?: readonly string[];
}
