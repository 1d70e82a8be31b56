import { literalStart } from "../../routing/literal-start.ts";

/** The forms in which a pattern says that a segment ends: `/foo(/|$)(.*)`. */
const SEGMENT_END = /^\((\?:)?(\/\|\$|\$\|\/)\)/;

/** Whether a path means something else as a regular expression than it says. */
export function isPattern(path: string): boolean {
  return literalStart(path) !== path;
}

/**
 * The Path of a cookie for everything that a pattern matches, by whole segments: a browser compares it letter by letter,
 * so the pattern itself would never come back.
 */
export function regexCookiePath(pattern: string): string {
  const literal = literalStart(pattern);
  const rest = pattern.substring(literal.length);
  if (literal !== "" && (rest === "" || SEGMENT_END.test(rest))) return literal;
  const slash = literal.lastIndexOf("/");
  return slash < 1 ? "/" : literal.substring(0, slash);
}
