import type { PolicyIndex } from "../../affinity/backend-index.ts";
import type { World } from "../../affinity/world.ts";
import { SLOT_COUNT } from "../../snapshot/model.ts";
import type { CanaryPolicy } from "../../snapshot/route-policies.ts";
import type { PolicyRequest } from "../policy-request.ts";
import { cookieVerdict, headerVerdict, type Matches } from "./request-rules.ts";
import { type Backends, findSession, type Session, type Side } from "./session-side.ts";
import { type CanaryIndex, claimedTickets, drawNumber, isClaimed, ticketBetween, ticketText } from "./share.ts";

/**
 * What a choice needs from outside, besides what a decision on an Endpoint does.
 *
 * @noSelf
 */
export interface CanaryWorld {
  readonly world: World;
  readonly matches: Matches;
}

/** What settled it, in the order in which they are asked. */
export type Grounds = "session" | "no-endpoint" | "header" | "cookie" | "weight";

export interface Choice {
  readonly side: Side;
  readonly grounds: Grounds;
  /** What the sealed cookie of the session holds behind the value that names its Endpoint; empty on most mains. */
  readonly second: string;
}

function byRules(
  canary: CanaryPolicy,
  request: PolicyRequest,
  claimed: boolean,
  matches: Matches,
): Pick<Choice, "side" | "grounds"> {
  const header = headerVerdict(canary, request, matches);
  if (header !== undefined) return { side: header, grounds: "header" };
  const cookie = cookieVerdict(canary, request.header("cookie"));
  if (cookie !== undefined) return { side: cookie, grounds: "cookie" };
  return { side: claimed ? "canary" : "main", grounds: "weight" };
}

/** The ticket of a client, or one for it. A session from before it had one gets a number of its own side: it stays. */
function ticketFor(session: Session, canary: CanaryIndex): number {
  if (session.ticket !== undefined) return session.ticket;
  const number = drawNumber(canary);
  const claimed = claimedTickets(canary.policy);
  if (session.side === "canary") return ticketBetween(0, claimed, number);
  return ticketBetween(session.side === "main" ? Math.min(claimed, SLOT_COUNT - 1) : 0, SLOT_COUNT, number);
}

/** Bound sessions follow the weight: every client has its number, and the rules decide for each request. */
function followRules(
  session: Session,
  canary: CanaryIndex,
  request: PolicyRequest,
  outside: CanaryWorld,
  reachable: boolean,
): Choice {
  const ticket = ticketFor(session, canary);
  const slots = outside.world.slots();
  const second = slots === undefined ? "" : ticketText(slots, ticket);
  if (!reachable) return { side: "main", grounds: "no-endpoint", second };
  const { side, grounds } = byRules(canary.policy, request, ticket < claimedTickets(canary.policy), outside.matches);
  return { side, grounds, second };
}

function chooseFor(
  session: Session,
  canary: CanaryIndex,
  request: PolicyRequest,
  outside: CanaryWorld,
  reachable: boolean,
): Choice {
  if (session.side === "main") return { side: "main", grounds: "session", second: "" };
  if (!reachable) return { side: "main", grounds: "no-endpoint", second: "" };
  if (session.side === "canary") return { side: "canary", grounds: "session", second: canary.policy.mark };
  const claimed =
    session.ticket === undefined
      ? isClaimed(drawNumber(canary), canary.policy)
      : session.ticket < claimedTickets(canary.policy);
  const { side, grounds } = byRules(canary.policy, request, claimed, outside.matches);
  return { side, grounds, second: side === "canary" ? canary.policy.mark : "" };
}

const NO_SESSION: Session = { side: undefined, ticket: undefined };

/**
 * Whether a request goes to the canary (ingress-nginx: canary, request decision): a session of the main stays there; one
 * of the canary's does while it has Endpoints; then header, cookie and weight are asked. To be called once a request, and
 * only while the main has Endpoints.
 *
 * @param policy the Route's affinity; undefined when it has none
 */
export function chooseSide(
  canary: CanaryIndex,
  policy: PolicyIndex | undefined,
  backends: Backends,
  request: PolicyRequest,
  outside: CanaryWorld,
): Choice {
  const { world } = outside;
  const cookies = policy === undefined ? undefined : request.header("cookie");
  const known = policy !== undefined && cookies !== undefined;
  const session = known ? findSession(cookies, policy, canary.policy, backends, world) : NO_SESSION;
  const reachable = backends.canary.size > 0;
  // ingress-nginx's cookies have no room for a number.
  const follows = policy !== undefined && canary.policy.follow && world.classicCookies !== "write";
  return follows
    ? followRules(session, canary, request, outside, reachable)
    : chooseFor(session, canary, request, outside, reachable);
}
