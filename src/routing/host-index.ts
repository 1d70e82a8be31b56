import type { Host, Route } from "../snapshot/model.ts";

/** A Host made ready for matching. Keys are paths as written; `/` is the empty prefix. */
export interface HostIndex<R> {
  readonly host: string;
  readonly exact: Record<string, R>;
  /** Prefix paths without a slash at their end: they match themselves and what lies below. */
  readonly prefix: Record<string, R>;
  /** Prefix paths with a slash at their end: they match what lies below, and themselves with the slash. */
  readonly slashed: Record<string, R>;
  /** The Route of everything, when the host has no other: no search needed. */
  readonly sole: R | undefined;
}

function emptyRecord<R>(): Record<string, R> {
  return { __proto__: null } as unknown as Record<string, R>;
}

/** @param prepare turns a Route into what a match gives */
export function indexHost<R>(host: Host, prepare: (route: Route) => R): HostIndex<R> {
  const exact = emptyRecord<R>();
  const prefix = emptyRecord<R>();
  const slashed = emptyRecord<R>();
  for (let i = 0; i < host.routes.length; i++) {
    const route = host.routes[i] as Route;
    const path = route.path;
    if (route.match === "exact") exact[path] = prepare(route);
    else if (path === "/") prefix[""] = prepare(route);
    else if (path.substring(path.length - 1) === "/") slashed[path] = prepare(route);
    else prefix[path] = prepare(route);
  }
  const root = prefix[""];
  return { host: host.host, exact, prefix, slashed, sole: host.routes.length === 1 ? root : undefined };
}
