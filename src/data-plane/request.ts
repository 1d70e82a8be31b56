import { cast } from "ffi";
import { get_request } from "resty.core.base";
import type { Decision } from "../affinity/decision.ts";
import type { LoadedBackend, RouteIndex } from "./store.ts";

/** What the phases of one request tell each other. */
export interface RequestState {
  /** Undefined when none matched. */
  route: RouteIndex | undefined;
  /** Undefined when the request was refused. */
  backend: LoadedBackend | undefined;
  decision: Decision;
  /** Seconds since 1970, when the last Peer was handed over; 0 before. */
  sentAt: number;
  /** How many Peers NGINX was given so far. */
  attempts: number;
  /** Positions that failed, in order, without repeats; made when the first one fails. */
  failed: number[] | undefined;
}

/**
 * By the request's address: a table of our own costs a fraction of `ngx.ctx`. An address is unique while its request
 * lives, and the log phase, which no request leaves out, takes the entry away.
 */
const inFlight: Record<number, RequestState | undefined> = {};

/** States to use again, so that a request leaves nothing to collect. */
const idle: RequestState[] = [];

function key(): number {
  return tonumber(cast("uintptr_t", get_request())) as number;
}

export function beginRequest(
  route: RouteIndex | undefined,
  backend: LoadedBackend | undefined,
  decision: Decision,
): void {
  const state = idle.pop();
  if (state === undefined) {
    inFlight[key()] = { route, backend, decision, sentAt: 0, attempts: 0, failed: undefined };
    return;
  }
  state.route = route;
  state.backend = backend;
  state.decision = decision;
  state.attempts = 0;
  inFlight[key()] = state;
}

export function currentRequest(): RequestState | undefined {
  return inFlight[key()];
}

/** Ends a request; gives what it knew, which is valid until the next request begins. */
export function endRequest(): RequestState | undefined {
  const address = key();
  const state = inFlight[address];
  if (state === undefined) return undefined;
  inFlight[address] = undefined;
  state.failed = undefined;
  idle.push(state);
  return state;
}
