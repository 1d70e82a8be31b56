import type { BackendIndex, PolicyIndex } from "../../affinity/backend-index.ts";
import { parseClassic } from "../../affinity/classic.ts";
import { cleanValue, findCookie, rawValue } from "../../affinity/cookie-header.ts";
import { parseSealed, type SealedValue } from "../../affinity/sealed-value.ts";
import type { World } from "../../affinity/world.ts";
import type { CanaryPolicy } from "../../snapshot/route-policies.ts";
import { readTicket } from "./share.ts";

export type Side = "main" | "canary";

/** The two Backends of a Route with a canary. */
export interface Backends {
  readonly main: BackendIndex;
  readonly canary: BackendIndex;
}

/** What the affinity cookies of a client say of it; all undefined: it has no session here. */
export interface Session {
  readonly side: Side | undefined;
  /** Where bound sessions follow the weight: see share.ts. */
  readonly ticket: number | undefined;
}

const NO_SESSION: Session = { side: undefined, ticket: undefined };
const ON_MAIN: Session = { side: "main", ticket: undefined };
const ON_CANARY: Session = { side: "canary", ticket: undefined };

function names(backend: BackendIndex, sealed: string, world: World): boolean {
  const { pinned, formerlyPinned, departed } = world.values(backend);
  return pinned[sealed] !== undefined || formerlyPinned[sealed] !== undefined || departed[sealed] === true;
}

/** Whose Endpoint a pin names; undefined when it is no pin, or nobody's any more. */
function pinSide(sealed: string, { main, canary }: Backends, world: World): Side | undefined {
  if (names(main, sealed, world)) return "main";
  return names(canary, sealed, world) ? "canary" : undefined;
}

function sealedSession(value: SealedValue, canary: CanaryPolicy, backends: Backends, world: World): Session {
  const { sealed, second } = value;
  // Sessions of the main look as those of a Route without a canary: to add one moves nobody.
  if (second === "") return pinSide(sealed, backends, world) === "canary" ? ON_CANARY : ON_MAIN;
  if (second === canary.mark || second === canary.formerMark) return ON_CANARY;
  const ticket = readTicket(second, world);
  if (ticket !== undefined) return { side: undefined, ticket };
  // Another canary's: its pin may be the main's by now.
  return pinSide(sealed, backends, world) === "main" ? ON_MAIN : NO_SESSION;
}

/** ingress-nginx's cookies say it themselves: behind the `|` stands whose they are. */
function classicSession(value: string, { main, canary }: Backends, world: World): Session {
  const { backendKey } = parseClassic(value);
  if (backendKey === "") return NO_SESSION;
  if (backendKey === world.values(main).classicKey) return ON_MAIN;
  return backendKey === world.values(canary).classicKey ? ON_CANARY : NO_SESSION;
}

function read(value: string, canary: CanaryPolicy, backends: Backends, world: World): Session {
  const sealed = parseSealed(value);
  if (sealed !== undefined) return sealedSession(sealed, canary, backends, world);
  return world.classicCookies === "off" ? NO_SESSION : classicSession(value, backends, world);
}

/**
 * The session that a client's cookies speak of: the first that says anything counts, as for its Endpoint. A canary
 * without affinity (`legacy`) has no sessions.
 */
export function findSession(
  cookieHeader: string,
  policy: PolicyIndex,
  canary: CanaryPolicy,
  backends: Backends,
  world: World,
): Session {
  let start = findCookie(cookieHeader, policy.needle, 0);
  while (start >= 0) {
    const session = read(cleanValue(rawValue(cookieHeader, start)), canary, backends, world);
    const counts = session.side === "canary" ? canary.sticky : session !== NO_SESSION;
    if (counts) return session;
    start = findCookie(cookieHeader, policy.needle, start);
  }
  return NO_SESSION;
}
