import type { BackendIndex, PolicyIndex } from "./backend-index.ts";
import type { Chosen, Reason } from "./decision.ts";

/** The Endpoints of a Backend among which a new Binding is made. */
export interface Pool {
  /** Their positions, ascending. */
  readonly open: readonly number[];
  /** The same by position. */
  readonly isOpen: readonly boolean[];
}

/** @param size how many Endpoints the Backend has */
export function poolOf(open: readonly number[], size: number): Pool {
  const isOpen: boolean[] = [];
  for (let i = 0; i < size; i++) isOpen.push(false);
  for (let i = 0; i < open.length; i++) isOpen[open[i] as number] = true;
  return { open, isOpen };
}

/**
 * Where a session is bound that comes for this reason. One that lost its Endpoint while a roll-out is on goes where it can
 * stay: another old Endpoint would soon be gone too, and the session move again. Each new one comes for an old one that
 * goes, so what it gets this way is about what it is there to take. New clients go everywhere: they even it out.
 */
export function poolFor(kind: Chosen["kind"], reason: Reason, policy: PolicyIndex, backend: BackendIndex): Pool {
  if (kind !== "reassign" || backend.newest === undefined) return backend;
  // In balanced mode the ring decides again with every Endpoint that comes, wherever a session is put now.
  if (!policy.persistent) return backend;
  // A value that is unknown or malformed may come from anybody, and from all clients at once: it counts as none.
  return reason === "gone" || reason === "failed" ? backend.newest : backend;
}
