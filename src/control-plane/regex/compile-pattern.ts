/** What ingress-nginx lets into a pattern: no blanks, quotes, commas or angle brackets. */
const CHARACTERS = /^[-A-Za-z0-9._~/:^$[\](){}*+?|&=\\]+$/;

/** The one thing of PCRE that many write and JavaScript has no word for. */
const ANY_CASE = "(?i)";

/**
 * A pattern that NGINX runs with PCRE, as JavaScript has it; undefined when either would not take it. For the rest of what
 * these characters can say the two agree, but for POSIX classes, which are refused.
 */
export function compilePattern(pattern: string): RegExp | undefined {
  if (!CHARACTERS.test(pattern) || pattern.includes("[:")) return undefined;
  const anyCase = pattern.startsWith(ANY_CASE);
  try {
    return new RegExp(anyCase ? pattern.substring(ANY_CASE.length) : pattern, anyCase ? "i" : "");
  } catch {
    return undefined;
  }
}
