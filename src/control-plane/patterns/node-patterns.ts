import { createContext, Script } from "node:vm";
import type { Groups, Patterns } from "../../routing/patterns.ts";
import { toJavaScript } from "./to-javascript.ts";

/** Milliseconds that a search may take: as NGINX's bound, it is far beyond what a sensible pattern needs. */
const LONGEST_SEARCH = 1000;

interface Search {
  pattern: RegExp;
  text: string;
}

/** The one that runs: only a script in a context of its own can be cut off, and a context costs a millisecond. */
const current: Search = { pattern: /^/, text: "" };
const CONTEXT = createContext(current);
const SEARCH = new Script("pattern.exec(text)");

/** Runs a search that is cut off after a while: what a user wrote must not hold the controller. */
function search(text: string, pattern: string, flags: "i" | "" = "i"): RegExpExecArray | null | undefined {
  const anchored = pattern.startsWith("^");
  const translated = toJavaScript(anchored ? pattern.substring(1) : pattern);
  if (!translated.ok) return null;
  current.pattern = new RegExp(`${anchored ? "^" : ""}${translated.source}`, flags);
  current.text = text;
  try {
    return SEARCH.runInContext(CONTEXT, { timeout: LONGEST_SEARCH }) as RegExpExecArray | null;
  } catch {
    return undefined;
  }
}

function isFound(found: RegExpExecArray | null | undefined): boolean | undefined {
  return found === undefined ? undefined : found !== null;
}

/** The patterns of NGINX's PCRE that are served, by Node's regular expressions. */
export const NODE_PATTERNS: Patterns = {
  matches: (text, pattern) => isFound(search(text, pattern)),
  matchesByCase: (text, pattern) => isFound(search(text, pattern, "")),
  groups: (text, pattern): Groups | undefined => search(text, pattern) ?? undefined,
};
