import type { HostIndex } from "./host-index.ts";

const SLASH = 47;

/** Where the segment that begins at `from` ends: at the next slash, or with the path. */
function segmentEnd(path: string, from: number): number {
  const slash = path.indexOf("/", from);
  return slash < 0 ? path.length : slash;
}

/** The Route whose prefix ends just here. */
function prefixAt<R>(host: HostIndex<R>, path: string, end: number): R | undefined {
  if (host.hasSlashed && end < path.length) {
    const slashed = host.slashed[path.substring(0, end + 1)];
    if (slashed !== undefined) return slashed;
  }
  return host.prefix[path.substring(0, end)];
}

/** For prefix paths of many segments: walks up from the whole path, a segment at a time. */
function longestDeepPrefix<R>(host: HostIndex<R>, path: string): R | undefined {
  const whole = host.prefix[path];
  if (whole !== undefined) return whole;
  for (let end = path.length - 1; end >= 0; end--) {
    if (path.charCodeAt(end) === SLASH) {
      const found = prefixAt(host, path, end);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The longest prefix of at most three segments. Written out, as a loop would keep LuaJIT from compiling its callers. */
function longestShallowPrefix<R>(host: HostIndex<R>, path: string): R | undefined {
  const first = segmentEnd(path, 1);
  if (host.depth > 1 && first < path.length) {
    const second = segmentEnd(path, first + 1);
    if (host.depth > 2 && second < path.length) {
      const deepest = prefixAt(host, path, segmentEnd(path, second + 1));
      if (deepest !== undefined) return deepest;
    }
    const middle = prefixAt(host, path, second);
    if (middle !== undefined) return middle;
  }
  return prefixAt(host, path, first) ?? host.prefix[""];
}

function longestPrefix<R>(host: HostIndex<R>, path: string): R | undefined {
  return host.depth > 3 ? longestDeepPrefix(host, path) : longestShallowPrefix(host, path);
}

/**
 * Whether a path is a prefix path without its slash: `/foo` where `/foo/` is declared, and nothing at `/foo` itself.
 * NGINX, and so ingress-nginx, sends such a client to `/foo/` with a 301, whatever else would match.
 */
export function needsSlash<R>(host: HostIndex<R>, path: string): boolean {
  return host.unslashed[path] === true;
}

/**
 * The Route for a path: an exact one first, then the longest prefix by whole segments (`/foo` matches `/foo` and
 * `/foo/…`, not `/foobar`). Case-sensitive. Undefined as well for a path that needs its slash first.
 *
 * @param path decoded, slashes merged, dots resolved, without the query: NGINX's `$uri`
 */
export function matchPath<R>(host: HostIndex<R>, path: string): R | undefined {
  if (host.sole !== undefined) return host.sole;
  const exact = host.exact[path];
  if (exact !== undefined) return exact;
  return needsSlash(host, path) ? undefined : longestPrefix(host, path);
}
