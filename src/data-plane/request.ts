import { cast } from "ffi";
import { get_request } from "resty.core.base";
import type { Decision } from "../affinity/decision.ts";
import type { AuthorityAnswer } from "../policies/authority.ts";
import type { ProfileName } from "../snapshot/profiles.ts";
import type { LoadedBackend } from "./loaded-backends.ts";
import type { RouteIndex } from "./loaded-hosts.ts";

/**
 * What the phases of one request tell each other. Eight fields fill a Lua table of eight places: a ninth doubled it, and made
 * each request 7 % dearer (bench:guard). What few requests need stands in a table of its own.
 */
export interface RequestState {
  /** Lower case, without the port. */
  host: string;
  /** Decoded and normalised. */
  path: string;
  /** Undefined when none matched. */
  route: RouteIndex | undefined;
  /** Undefined when no Endpoint is asked. */
  backend: LoadedBackend | undefined;
  decision: Decision;
  /** Seconds since 1970, when the last Peer was handed over. */
  sentAt: number;
  /** How many Peers NGINX was given so far. */
  attempts: number;
  /** Undefined as long as nothing of it is needed; see `rareOf`. */
  rare: RareState | undefined;
}

/** What few requests need to know of themselves. */
export interface RareState {
  /** Whether there may be a body. */
  hasBody: boolean;
  /** Positions that failed, in order, without repeats. */
  failed: number[];
  /** When the first Peer was handed over, where the time of all attempts is limited; seconds since 1970. */
  firstSentAt: number;
  /** What counts it as in flight; given back when it is over. */
  held: string | undefined;
  /** What an authority said of it; undefined as long as none was asked. */
  told: AuthorityAnswer | undefined;
  /** Where it goes on once its body is read. */
  next: ProfileName | undefined;
  /** Of the answer, where no Endpoint gave one and NGINX's own word for it would be wrong; 0: it is right. */
  status: number;
  /** The error that a default backend answers instead; 0 while there is none. */
  intercepted: number;
}

/** Until there is one. */
const UNDECIDED: Decision = { kind: "refuse", reason: "no-route" };

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

function newState(): RequestState {
  return {
    host: "",
    path: "",
    route: undefined,
    backend: undefined,
    decision: UNDECIDED,
    sentAt: 0,
    attempts: 0,
    rare: undefined,
  };
}

export function beginRequest(host: string, path: string): RequestState {
  const state = idle.pop() ?? newState();
  state.host = host;
  state.path = path;
  inFlight[key()] = state;
  return state;
}

/** What is seldom needed of a request, to be written to; made when it first is. */
export function rareOf(state: RequestState): RareState {
  const rare = state.rare ?? {
    hasBody: false,
    failed: [],
    firstSentAt: 0,
    held: undefined,
    told: undefined,
    next: undefined,
    status: 0,
    intercepted: 0,
  };
  state.rare = rare;
  return rare;
}

export function currentRequest(): RequestState | undefined {
  return inFlight[key()];
}

/** What another request of NGINX's, as one that it begins itself, can find the current one by. */
export function requestName(): string {
  return string.format("%.0f", key());
}

/** @param name from `requestName` */
export function requestNamed(name: string | undefined): RequestState | undefined {
  const address = name === undefined ? undefined : tonumber(name);
  return address === undefined ? undefined : inFlight[address];
}

/** The error that a default backend answers instead; 0 while there is none. */
export function interceptedStatus({ rare }: RequestState): number {
  return rare?.intercepted ?? 0;
}

/** Ends a request; gives what it knew, which the caller hands back with `recycle` when it has read it. */
export function endRequest(): RequestState | undefined {
  const address = key();
  const state = inFlight[address];
  if (state !== undefined) inFlight[address] = undefined;
  return state;
}

export function recycle(state: RequestState): void {
  state.route = undefined;
  state.backend = undefined;
  state.decision = UNDECIDED;
  state.attempts = 0;
  state.rare = undefined;
  idle.push(state);
}
