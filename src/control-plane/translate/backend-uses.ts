import type { Route } from "../../snapshot/model.ts";
import { type BackendRef, CLOSED, CLOSED_BACKEND } from "./backend-ref.ts";
import type { Grant } from "./build-host.ts";

/** A Backend that a host uses, and whether its ring. */
export interface BackendUse {
  readonly ref: BackendRef;
  readonly ring: boolean;
}

/** The Backend that a grant's own Route leads to. */
export function backendOf({ claim }: Grant): BackendRef {
  return claim.route.backend === CLOSED_BACKEND ? CLOSED : claim.ref;
}

/** Whether a Route asks for the ring of its Backend. */
function usesRing({ affinity, policies }: Route): boolean {
  return affinity !== undefined || policies?.balance?.kind === "hash";
}

function usesOfGrant(grant: Grant): BackendUse[] {
  const { claim, canary } = grant;
  const ring = usesRing(claim.route);
  const uses = [{ ref: backendOf(grant), ring }, ...claim.others.map((ref) => ({ ref, ring: false }))];
  if (canary === undefined) return uses;
  const sticky = claim.route.affinity === undefined || canary.reading.settings.sticky;
  return [...uses, { ref: canary.claim.ref, ring: ring && sticky }];
}

/** Every Backend that grants lead to, by id: its ring is used if one of them uses it. */
export function usesOf(grants: readonly Grant[]): ReadonlyMap<string, BackendUse> {
  const uses = new Map<string, BackendUse>();
  for (const { ref, ring } of grants.flatMap(usesOfGrant)) {
    uses.set(ref.id, { ref, ring: ring || uses.get(ref.id)?.ring === true });
  }
  return uses;
}
