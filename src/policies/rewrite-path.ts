import type { Groups, Patterns } from "../routing/patterns.ts";
import type { RewritePolicy } from "../snapshot/route-policies.ts";

/** What Endpoints are asked for in place of what the client asked for. */
export interface RewrittenPath {
  /** Decoded, as the client's. */
  readonly path: string;
  /** Whether the client's query is passed on. */
  readonly keepsQuery: boolean;
}

const DOLLAR = 36;
const QUESTION_MARK = 63;
const SLASH = 47;

/** Puts what groups matched in the place of `$1` to `$9`. */
function fillIn(target: string, groups: Groups): string {
  let filled = "";
  let at = 0;
  while (at < target.length) {
    const digit = target.charCodeAt(at + 1) - 48;
    if (target.charCodeAt(at) === DOLLAR && digit >= 1 && digit <= 9) {
      const group = groups[digit];
      // A group that had no part in the match is false in Lua, and undefined in Node.
      if (group !== undefined && group !== false) filled = filled + group;
      at = at + 2;
    } else {
      filled = filled + target.substring(at, at + 1);
      at = at + 1;
    }
  }
  return filled;
}

/**
 * `rewrite-target`: the path of the Ingress is looked for anywhere in the client's, and the target replaces the whole of
 * it (ingress-nginx 1.15.1). Undefined where it is not found: the path stays as it is.
 *
 * @param routePath the path of the Route, a regular expression
 * @param path the client's, decoded
 */
export function rewritePath(
  { target }: RewritePolicy,
  routePath: string,
  path: string,
  patterns: Patterns,
): RewrittenPath | undefined {
  const groups = patterns.groups(path, routePath);
  if (groups === undefined) return undefined;
  const keepsQuery = target.charCodeAt(target.length - 1) !== QUESTION_MARK;
  const filled = fillIn(keepsQuery ? target : target.substring(0, target.length - 1), groups);
  // A request line without a slash at its path's start is none.
  return { path: filled.charCodeAt(0) === SLASH ? filled : `/${filled}`, keepsQuery };
}
