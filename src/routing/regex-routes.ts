import { emptyRecord } from "../snapshot/empty-record.ts";
import type { Route } from "../snapshot/model.ts";
import { literalStart } from "./literal-start.ts";
import type { Patterns } from "./patterns.ts";

/** A Route of a host in regex mode. */
export interface RegexRoute<R> {
  /** Anchored at the start, and nowhere else. */
  readonly pattern: string;
  /** What a path must begin with, in lower case: it spares most searches. */
  readonly literal: string;
  readonly found: R;
}

/**
 * What the requests of a Route match on a host in regex mode: its path, as a regular expression. A prefix path that has
 * an exact twin takes what lies below, and leaves the path itself to the twin.
 *
 * @param exactPaths the paths of exact Routes on the host
 */
function patternOf({ path, match }: Route, exactPaths: Record<string, boolean>): string {
  const twin = match === "prefix" && exactPaths[path] === true && path.substring(path.length - 1) !== "/";
  return twin ? `${path}/` : path;
}

function exactPathsOf(routes: readonly Route[]): Record<string, boolean> {
  const paths = emptyRecord<boolean>();
  for (let i = 0; i < routes.length; i++) {
    const route = routes[i] as Route;
    if (route.match === "exact") paths[route.path] = true;
  }
  return paths;
}

/** The patterns of Routes, in their order. */
export function patternsOf(routes: readonly Route[]): string[] {
  const exactPaths = exactPathsOf(routes);
  const patterns: string[] = [];
  for (let i = 0; i < routes.length; i++) patterns.push(patternOf(routes[i] as Route, exactPaths));
  return patterns;
}

/** @param routes in the order in which they are tried @param prepare turns a Route into what a match gives */
export function indexRegexRoutes<R>(routes: readonly Route[], prepare: (route: Route) => R): RegexRoute<R>[] {
  const patterns = patternsOf(routes);
  const indexed: RegexRoute<R>[] = [];
  for (let i = 0; i < routes.length; i++) {
    const pattern = patterns[i] as string;
    const literal = literalStart(pattern).toLowerCase();
    indexed.push({ pattern: `^${pattern}`, literal, found: prepare(routes[i] as Route) });
  }
  return indexed;
}

/**
 * The first Route whose pattern matches (ingress-nginx: a host with a regex or a rewrite); `cut-off` when a search took
 * too long: what stands behind it must not be served in its place, as it may be guarded less.
 *
 * @param path decoded, slashes merged, dots resolved, without the query: NGINX's `$uri`
 */
export function matchRegex<R extends object>(
  routes: readonly RegexRoute<R>[],
  path: string,
  patterns: Patterns,
): R | "none" | "cut-off" {
  const lower = path.toLowerCase();
  for (let i = 0; i < routes.length; i++) {
    const { pattern, literal, found } = routes[i] as RegexRoute<R>;
    if (lower.substring(0, literal.length) === literal) {
      const matches = patterns.matches(path, pattern);
      if (matches === undefined) return "cut-off";
      if (matches) return found;
    }
  }
  return "none";
}
