import type { IdentifiedEndpoint } from "./merge-endpoints.ts";

/** How long newcomers wait for new sessions. */
export interface JoinOptions {
  /** Milliseconds. */
  readonly delay: number;
  /** Milliseconds since some moment of the past. */
  readonly now: () => number;
}

/** Identity of an Endpoint → when it is ready; milliseconds of the clock of `JoinOptions`. */
export type Joining = ReadonlyMap<string, number>;

const NOBODY_JOINS: Joining = new Map();

/**
 * A new Endpoint that gets a session at once may lose it at once: the session's next request comes to a replica that has not
 * heard of the Endpoint yet, and is sent elsewhere. So it joins for a while first, in which everybody honours its sessions
 * and nobody gives it any; unless there is nothing else to give them to.
 *
 * @param before the Backend as it was: whom it knew, and who was joining
 */
export function joiningOf(
  endpoints: readonly IdentifiedEndpoint[],
  before: { readonly pinOf: ReadonlyMap<string, unknown>; readonly joining: Joining } | undefined,
  options: JoinOptions | undefined,
): Joining {
  if (before === undefined || options === undefined || options.delay === 0) return NOBODY_JOINS;
  const now = options.now();
  const joining = new Map<string, number>();
  let settled = false;
  for (const { endpoint, identity } of endpoints) {
    if (endpoint.state !== "ready") continue;
    const until = before.joining.get(identity) ?? (before.pinOf.has(identity) ? now : now + options.delay);
    if (until > now) joining.set(identity, until);
    else settled = true;
  }
  return settled ? joining : NOBODY_JOINS;
}

/** The same Endpoints, in the state that follows. */
export function withJoining(endpoints: readonly IdentifiedEndpoint[], joining: Joining): readonly IdentifiedEndpoint[] {
  if (joining.size === 0) return endpoints;
  return endpoints.map((it) => {
    return joining.has(it.identity) ? { ...it, endpoint: { ...it.endpoint, state: "joining" } } : it;
  });
}

/** When the first of them is due; undefined when there are none. */
export function firstDue(joining: ReadonlyMap<string, number>): number | undefined {
  let first: number | undefined;
  for (const until of joining.values()) first = Math.min(first ?? until, until);
  return first;
}
