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

/** @param routes in the order in which they are tried @param prepare turns a Route into what a match gives */
export function indexRegexRoutes<R>(routes: readonly Route[], prepare: (route: Route) => R): RegexRoute<R>[] {
  const indexed: RegexRoute<R>[] = [];
  for (let i = 0; i < routes.length; i++) {
    const route = routes[i] as Route;
    const pattern = route.pattern ?? route.path;
    indexed.push({ pattern: `^${pattern}`, literal: literalStart(pattern).toLowerCase(), found: prepare(route) });
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
