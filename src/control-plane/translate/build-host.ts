import { CATCH_ALL } from "../../routing/match-host.ts";
import { patternsOf } from "../../routing/regex-routes.ts";
import { toJavaScript } from "../patterns/to-javascript.ts";
import type { Problem } from "../problems/problem.ts";
import { duplicatePath, pathNotARegex } from "../problems/translate-problems.ts";
import { toByteString } from "../publish/bytes.ts";
import type { Claim, IngressReading } from "./read-ingress.ts";

/** A claim that was granted, and the Ingress it comes from. */
export interface Grant {
  readonly claim: Claim;
  readonly reading: IngressReading;
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

function compareBytes(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** Only those whose path can be a regular expression; the others are Problems. */
function compilable(grants: readonly Grant[], problems: Problem[]): readonly Grant[] {
  return grants.filter(({ claim, reading }) => {
    const translated = toJavaScript(toByteString(claim.route.path));
    if (translated.ok) return true;
    problems.push(pathNotARegex(reading.subject, claim.field, claim.route.path, translated.why));
    return false;
  });
}

/** In the order in which they are tried: the longest pattern first, of two of one length the greater (ingress-nginx 1.15.1). */
function inRegexOrder(grants: readonly Grant[]): readonly Grant[] {
  const patterns = patternsOf(grants.map(({ claim }) => claim.route)).map(toByteString);
  return grants
    .map((grant, i) => ({ grant, pattern: patterns[i] as string }))
    .sort((left, right) => right.pattern.length - left.pattern.length || compareBytes(right.pattern, left.pattern))
    .map(({ grant }) => grant);
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
  for (const reading of readings) {
    for (const claim of reading.claims.get(host) ?? []) {
      const owner = granted.get(keyOf(claim));
      if (owner === undefined) granted.set(keyOf(claim), { claim, reading });
      else
        problems.push(
          duplicatePath(reading.subject, claim.field, claim.route.path, host, owner.reading.subject.object),
        );
    }
  }
  const root = rootGrant(host, readings[0]);
  if (root !== undefined && !granted.has(keyOf(root.claim))) granted.set(keyOf(root.claim), root);
  const grants = [...granted.values()].sort(byKey);
  const regex = grants.some(({ claim }) => claim.regex);
  const appRoot = readings.find(({ routing }) => routing.appRoot !== undefined)?.routing.appRoot;
  return { host, grants: regex ? inRegexOrder(compilable(grants, problems)) : grants, regex, appRoot, problems };
}
