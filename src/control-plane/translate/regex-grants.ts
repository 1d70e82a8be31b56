import { toJavaScript } from "../patterns/to-javascript.ts";
import type { Problem } from "../problems/problem.ts";
import { pathNotARegex } from "../problems/translate-problems.ts";
import { toByteString } from "../publish/bytes.ts";
import { compareText } from "../text/compare-text.ts";
import type { Grant } from "./build-host.ts";

interface Placed {
  readonly grant: Grant;
  readonly pattern: string;
}

/** A path that stands for itself, as a regular expression. */
function literally(path: string): string {
  return path.replace(/[\\^$.[\]|()?*+{}]/g, "\\$&");
}

/**
 * What a Route matches: its path, as a regular expression. A prefix path that has an exact twin takes what lies below, and
 * leaves the path itself to the twin (ingress-nginx 1.15.1).
 */
function patternOf(path: string, grant: Grant, exactPaths: ReadonlySet<string>): string {
  const { match } = grant.claim.route;
  return match === "prefix" && exactPaths.has(grant.claim.route.path) && !path.endsWith("/") ? `${path}/` : path;
}

/**
 * The pattern of a Route; undefined when its path is none. One whose Ingress asks for no regular expressions, on a host
 * where another does, stands for itself then: nobody takes it away from its Ingress.
 */
function place(grant: Grant, exactPaths: ReadonlySet<string>, problems: Problem[]): Placed | undefined {
  const { claim, reading } = grant;
  const { path } = claim.route;
  const translated = toJavaScript(toByteString(path));
  if (translated.ok) return { grant, pattern: patternOf(path, grant, exactPaths) };
  problems.push(pathNotARegex(reading.subject, claim.field, path, translated.why, claim.regex));
  return claim.regex ? undefined : { grant, pattern: patternOf(literally(path), grant, exactPaths) };
}

/** The longest pattern is tried first, of two of one length the greater (ingress-nginx 1.15.1). */
function byPattern(left: Placed, right: Placed): number {
  const [one, other] = [toByteString(left.pattern), toByteString(right.pattern)];
  return other.length - one.length || compareText(other, one);
}

function withPattern({ grant, pattern }: Placed): Grant {
  const { claim, reading } = grant;
  if (pattern === claim.route.path) return grant;
  return { claim: { ...claim, route: { ...claim.route, pattern } }, reading };
}

/** What a host in regex mode serves, in the order in which it is tried. @param problems gets one for each path that is no pattern */
export function inRegexMode(grants: readonly Grant[], problems: Problem[]): readonly Grant[] {
  const exact = grants.filter(({ claim }) => claim.route.match === "exact");
  const exactPaths = new Set(exact.map(({ claim }) => claim.route.path));
  return grants
    .flatMap((grant) => place(grant, exactPaths, problems) ?? [])
    .sort(byPattern)
    .map(withPattern);
}
