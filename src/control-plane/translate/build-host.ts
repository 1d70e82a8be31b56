import { CATCH_ALL } from "../../routing/match-host.ts";
import type { ClientReading } from "../annotations/policies/client-certificates.ts";
import type { Problem } from "../problems/problem.ts";
import { duplicatePath } from "../problems/translate-problems.ts";
import type { CanaryReading } from "./canary-reading.ts";
import { chooseClients } from "./choose-clients.ts";
import { type Claim, closedClaim, type IngressReading } from "./read-ingress.ts";
import { inRegexMode } from "./regex-grants.ts";

/** A claim that was granted, and the Ingress it comes from. */
export interface Grant {
  readonly claim: Claim;
  readonly reading: IngressReading;
  /** The alternative that it got, and the Ingress that comes from. */
  readonly canary?: { readonly claim: Claim; readonly reading: CanaryReading };
}

/** What a host serves. */
export interface BuiltHost {
  readonly host: string;
  /** Sorted by path, exact ones first; in regex mode in the order in which they are tried. */
  readonly grants: readonly Grant[];
  /** Every path is a regular expression. */
  readonly regex: boolean;
  /** Where requests for its root are sent. */
  readonly appRoot: string | undefined;
  /** What its clients must show; `closed`: what cannot be told, and nobody is served. */
  readonly clients: ClientReading | undefined;
  /** The host that it is another name of. */
  readonly aliasOf?: string;
  readonly problems: readonly Problem[];
}

function keyOf({ route }: Claim): string {
  return `${route.path} ${route.match}`;
}

function byKey(left: Grant, right: Grant): number {
  return keyOf(left.claim) < keyOf(right.claim) ? -1 : 1;
}

/** The root of a host for which nobody asks: the default backend of the Ingress that declared the host first. */
function rootGrant(host: string, first: IngressReading | undefined): Grant | undefined {
  if (host === CATCH_ALL || first?.root === undefined) return undefined;
  return { claim: first.root(host), reading: first };
}

/**
 * Grants each host, path and match to the first Ingress that claims it (ingress-nginx 1.15.1, rules and default
 * backends).
 *
 * @param readings those that declare the host, in order of precedence
 */
export function buildHost(host: string, readings: readonly IngressReading[]): BuiltHost {
  const granted = new Map<string, Grant>();
  const problems: Problem[] = [];
  const { clients, others } = chooseClients(host, readings, problems);
  const claimOf = (claim: Claim, reading: IngressReading) => (others.has(reading) ? closedClaim(claim) : claim);
  for (const reading of readings) {
    for (const own of reading.claims.get(host) ?? []) {
      const claim = claimOf(own, reading);
      const owner = granted.get(keyOf(claim));
      if (owner === undefined) granted.set(keyOf(claim), { claim, reading });
      else
        problems.push(
          duplicatePath(reading.subject, claim.field, claim.route.path, host, owner.reading.subject.object),
        );
    }
  }
  const root = rootGrant(host, readings[0]);
  if (root !== undefined && !granted.has(keyOf(root.claim))) {
    granted.set(keyOf(root.claim), { ...root, claim: claimOf(root.claim, root.reading) });
  }
  const grants = [...granted.values()].sort(byKey);
  const regex = grants.some(({ claim }) => claim.regex);
  const appRoot = readings.find(({ routing }) => routing.appRoot !== undefined)?.routing.appRoot;
  return { host, grants: regex ? inRegexMode(grants, problems) : grants, regex, appRoot, clients, problems };
}
