import { emptyRecord } from "../snapshot/empty-record.ts";
import type { Host, Route } from "../snapshot/model.ts";
import type { HostPolicies } from "../snapshot/route-policies.ts";
import { indexRegexRoutes, type RegexRoute } from "./regex-routes.ts";

/** A Host made ready for matching. Keys are paths as written; `/` is the empty prefix. */
export interface HostIndex<R> {
  readonly host: string;
  readonly exact: Record<string, R>;
  /** Prefix paths without a slash at their end: they match themselves and what lies below. */
  readonly prefix: Record<string, R>;
  /** Prefix paths with a slash at their end: they match what lies below, and themselves with the slash. */
  readonly slashed: Record<string, R>;
  /** The same without their slash, where nothing else is declared there: requests for them are sent on. */
  readonly unslashed: Record<string, boolean>;
  /** Whether there are any such. */
  readonly hasSlashed: boolean;
  /** The most segments that a prefix path has: nothing below them can make a difference. */
  readonly depth: number;
  /** The Route of everything, when the host has no other: no search needed. */
  readonly sole: R | undefined;
  /**
   * Of a host in regex mode: its Routes in the order in which they are tried, and none of them in any of the tables. This
   * and what follows stands in few indexes, so that the others keep their layout.
   */
  regexRoutes?: readonly RegexRoute<R>[];
  policies?: HostPolicies;
}

const SLASH = 47;

/** `/a/b` and `/a/b/` have two segments, `/` has none. */
function segments(path: string): number {
  let count = 0;
  for (let i = 0; i < path.length - 1; i++) {
    if (path.charCodeAt(i) === SLASH) count++;
  }
  return count;
}

const NOTHING = emptyRecord<never>();

type Tables<R> = Pick<HostIndex<R>, "exact" | "prefix" | "slashed" | "unslashed">;

/** The one place where a HostIndex is made: LuaJIT compiles a match once for tables of one layout. */
function hostIndex<R>(
  host: string,
  { exact, prefix, slashed, unslashed }: Tables<R>,
  hasSlashed: boolean,
  depth: number,
  sole: R | undefined,
): HostIndex<R> {
  return { host, exact, prefix, slashed, unslashed, hasSlashed, depth, sole };
}

/** A host whose one Route takes everything: nothing to search, so nothing to hold. */
function indexSole<R>(host: string, sole: R): HostIndex<R> {
  return hostIndex(host, { exact: NOTHING, prefix: NOTHING, slashed: NOTHING, unslashed: NOTHING }, false, 0, sole);
}

function takesEverything(routes: readonly Route[]): boolean {
  const only = routes[0];
  return routes.length === 1 && only !== undefined && only.match === "prefix" && only.path === "/";
}

function indexRegexHost<R>({ host, routes }: Host, prepare: (route: Route) => R): HostIndex<R> {
  const tables = { exact: NOTHING, prefix: NOTHING, slashed: NOTHING, unslashed: NOTHING };
  const index = hostIndex<R>(host, tables, false, 0, undefined);
  index.regexRoutes = indexRegexRoutes(routes, prepare);
  return index;
}

/** @param prepare turns a Route into what a match gives */
export function indexHost<R>(host: Host, prepare: (route: Route) => R): HostIndex<R> {
  const index = host.regex === true ? indexRegexHost(host, prepare) : indexPlainHost(host, prepare);
  if (host.policies !== undefined) index.policies = host.policies;
  return index;
}

function indexPlainHost<R>(host: Host, prepare: (route: Route) => R): HostIndex<R> {
  if (takesEverything(host.routes)) return indexSole(host.host, prepare(host.routes[0] as Route));
  const exact = emptyRecord<R>();
  const prefix = emptyRecord<R>();
  const slashed = emptyRecord<R>();
  let depth = 0;
  let hasSlashed = false;
  for (let i = 0; i < host.routes.length; i++) {
    const route = host.routes[i] as Route;
    const path = route.path;
    if (route.match === "prefix" && segments(path) > depth) depth = segments(path);
    if (route.match === "exact") exact[path] = prepare(route);
    else if (path === "/") prefix[""] = prepare(route);
    else if (path.substring(path.length - 1) === "/") {
      slashed[path] = prepare(route);
      hasSlashed = true;
    } else prefix[path] = prepare(route);
  }
  const unslashed = emptyRecord<boolean>();
  for (let i = 0; i < host.routes.length; i++) {
    const route = host.routes[i] as Route;
    const bare = route.path.substring(0, route.path.length - 1);
    if (slashed[route.path] !== undefined && exact[bare] === undefined && prefix[bare] === undefined) {
      unslashed[bare] = true;
    }
  }
  return hostIndex(host.host, { exact, prefix, slashed, unslashed }, hasSlashed, depth, undefined);
}
