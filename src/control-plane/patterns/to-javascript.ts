/**
 * PCRE has no implementation in Node's library, so a pattern is taken apart: what PCRE and JavaScript both have is
 * written as JavaScript has it, with PCRE's meaning; everything else is refused. Whatever passes means the same in NGINX,
 * `limpet check` and `limpet explain`.
 */

export type Translated =
  | { readonly ok: true; readonly source: string }
  /** What is wrong, for people: goes on behind a colon. */
  | { readonly ok: false; readonly why: string };

/** One kind of thing that a pattern is made of. */
interface Piece {
  readonly found: RegExp;
  /** Its JavaScript, given what was found. */
  readonly write: (text: string) => string;
}

/** PCRE's blanks are six of ASCII; JavaScript has more. */
const BLANKS = "\\t-\\r ";

const POSIX_CLASSES: Readonly<Record<string, string>> = {
  alnum: "a-zA-Z0-9",
  alpha: "a-zA-Z",
  digit: "0-9",
  lower: "a-z",
  punct: "!-\\/:-@\\[-`{-~",
  space: BLANKS,
  upper: "A-Z",
  word: "\\w",
  xdigit: "0-9a-fA-F",
};

const asItIs = (text: string) => text;

/** A byte that is no letter or digit, behind a backslash: itself. */
const ESCAPED = /\\[^a-zA-Z0-9]/y;
const HEX = /\\x[0-9a-fA-F]{2}/y;

const IN_CLASS: readonly Piece[] = [
  { found: /\[:[a-z]+:\]/y, write: (text) => POSIX_CLASSES[text.slice(2, -2)] ?? "" },
  { found: /\\s/y, write: () => BLANKS },
  { found: /\\[dDwWtnrf]/y, write: asItIs },
  { found: HEX, write: asItIs },
  { found: ESCAPED, write: asItIs },
  { found: /\[(?![:.=])/y, write: () => "\\[" },
  { found: /[^\\[\]]/y, write: asItIs },
];

const OUTSIDE: readonly Piece[] = [
  { found: /\\s/y, write: () => `[${BLANKS}]` },
  { found: /\\S/y, write: () => `[^${BLANKS}]` },
  { found: /\\[dDwWbBtnrf]/y, write: asItIs },
  { found: /\\A/y, write: () => "^" },
  { found: /\\z/y, write: () => "$" },
  { found: HEX, write: asItIs },
  { found: ESCAPED, write: asItIs },
  { found: /\(\?i\)/y, write: () => "" },
  { found: /\(\?P?<[a-zA-Z_][a-zA-Z0-9_]{0,30}>/y, write: () => "(" },
  { found: /\((?:\?(?::|=|!))?(?!\?|\*)/y, write: asItIs },
  { found: /[)|^]/y, write: asItIs },
  // A possessive quantifier, or one of a quantifier, is none here.
  { found: /(?:[*+?]|\{\d{1,4}(?:,\d{0,4})?\})\??(?![*+?])/y, write: asItIs },
  { found: /\./y, write: () => "[^\\n]" },
  { found: /\$/y, write: () => "(?=\\n?$)" },
  { found: /\{(?!\d+(?:,\d*)?\})/y, write: () => "\\{" },
  { found: /[\]}]/y, write: (text) => `\\${text}` },
  { found: /[^\\[\](){}|^$.*+?]/y, write: asItIs },
];

/** What NGINX's PCRE compiles without a thought. */
const LONGEST = 1024;

function take(pieces: readonly Piece[], pattern: string, at: number): { text: string; source: string } | undefined {
  for (const { found, write } of pieces) {
    found.lastIndex = at;
    const text = found.exec(pattern)?.[0];
    if (text !== undefined) return { text, source: write(text) };
  }
  return undefined;
}

/** The class that begins at a `[`; undefined when it does not end, or holds what only PCRE knows. */
function takeClass(pattern: string, start: number): { text: string; source: string } | undefined {
  const negated = pattern.charAt(start + 1) === "^";
  let at = start + (negated ? 2 : 1);
  let source = negated ? "[^" : "[";
  // Right behind the bracket PCRE takes a closing one for itself, and JavaScript for the end.
  if (pattern.charAt(at) === "]") return undefined;
  while (pattern.charAt(at) !== "]") {
    const piece = take(IN_CLASS, pattern, at);
    if (piece === undefined || piece.source === "") return undefined;
    source += piece.source;
    at += piece.text.length;
  }
  return { text: pattern.substring(start, at + 1), source: `${source}]` };
}

function refuse(why: string): Translated {
  return { ok: false, why };
}

/** Whether JavaScript takes it: groups that do not close, ranges upside down, a quantifier of nothing. */
function compiles(source: string): string | undefined {
  try {
    new RegExp(source, "i");
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^.*: /, "").toLowerCase() : String(error);
  }
}

/** @param pattern a path of an Ingress, as bytes */
export function toJavaScript(pattern: string): Translated {
  if (pattern.length > LONGEST) return refuse(`it is longer than ${LONGEST} bytes`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\x00-\x1f\x7f]/.test(pattern)) return refuse("it holds a control character");
  let source = "";
  let at = 0;
  while (at < pattern.length) {
    const piece = pattern.charAt(at) === "[" ? takeClass(pattern, at) : take(OUTSIDE, pattern, at);
    if (piece === undefined) return refuse(`${pattern.substring(at, at + 8)} at byte ${at} is nothing that is served`);
    source += piece.source;
    at += piece.text.length;
  }
  const failure = compiles(source);
  return failure === undefined ? { ok: true, source } : refuse(failure);
}
