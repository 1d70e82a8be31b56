import type { HostIndex } from "./host-index.ts";

const SLASH = 47;

/** Walks up from the whole path, a segment at a time; the first hit is the longest. */
function longestPrefix<R>(host: HostIndex<R>, path: string): R | undefined {
  const whole = host.prefix[path];
  if (whole !== undefined) return whole;
  for (let end = path.length - 1; end >= 0; end--) {
    if (path.charCodeAt(end) === SLASH) {
      const found = host.slashed[path.substring(0, end + 1)] ?? host.prefix[path.substring(0, end)];
      if (found !== undefined) return found;
    }
  }
  return undefined;
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
