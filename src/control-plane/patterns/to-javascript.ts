/**
 * PCRE has no implementation in Node's library, so a pattern is taken apart: what PCRE and JavaScript both have is
 * written as JavaScript has it, with PCRE's meaning; everything else is refused. Whatever passes means the same in NGINX,
 * `limpet check` and `limpet explain`, but for one thing: a group inside of a repeated one that has no part in its last
 * turn keeps its text in PCRE, and loses it in JavaScript.
 */

export type Translated =
  | { readonly ok: true; readonly source: string }
  /** What is wrong, for people: goes on behind a colon. */
  | { readonly ok: false; readonly why: string };

/**
 * What a piece is to those beside it. The two disagree about an assertion that is repeated, so only an atom, or a group
 * that is none, may be.
 */
type Kind = "atom" | "assertion" | "quantifier" | "open" | "open-assertion" | "close" | "none";

/** One kind of thing that a pattern is made of. */
interface Piece {
  readonly found: RegExp;
  readonly kind: Kind;
  /** Its JavaScript, given what was found. */
  readonly write: (text: string) => string;
}

function piece(found: RegExp, kind: Kind, write: (text: string) => string = (text) => text): Piece {
  return { found, kind, write };
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

/** A byte that is no letter or digit, behind a backslash: itself. */
const ESCAPED = /\\[^a-zA-Z0-9]/y;
const HEX = /\\x[0-9a-fA-F]{2}/y;

const IN_CLASS: readonly Piece[] = [
  piece(/\[:[a-z]+:\]/y, "atom", (text) => POSIX_CLASSES[text.slice(2, -2)] ?? ""),
  piece(/\\s/y, "atom", () => BLANKS),
  piece(/\\[dDwWtnrf]/y, "atom"),
  piece(HEX, "atom"),
  piece(ESCAPED, "atom"),
  piece(/\[(?![:.=])/y, "atom", () => "\\["),
  piece(/[^\\[\]]/y, "atom"),
];

const OUTSIDE: readonly Piece[] = [
  piece(/\\s/y, "atom", () => `[${BLANKS}]`),
  piece(/\\S/y, "atom", () => `[^${BLANKS}]`),
  piece(/\\[dDwWtnrf]/y, "atom"),
  piece(HEX, "atom"),
  piece(ESCAPED, "atom"),
  piece(/\\[bB]/y, "assertion"),
  piece(/\\A/y, "assertion", () => "^"),
  piece(/\\z/y, "assertion", () => "$"),
  piece(/\^/y, "assertion"),
  piece(/\$/y, "assertion", () => "(?=\\n?$)"),
  piece(/\(\?i\)/y, "assertion", () => ""),
  piece(/\(\?[=!]/y, "open-assertion"),
  piece(/\(\?P?<[a-zA-Z_][a-zA-Z0-9_]{0,30}>/y, "open", () => "("),
  piece(/\(\?:/y, "open"),
  piece(/\((?![?*])/y, "open"),
  piece(/\)/y, "close"),
  piece(/\|/y, "none"),
  // A possessive quantifier, or one of a quantifier, is none here.
  piece(/(?:[*+?]|\{\d{1,4}(?:,\d{0,4})?\})\??(?![*+?])/y, "quantifier"),
  piece(/\./y, "atom", () => "[^\\n]"),
  piece(/\{(?!\d+(?:,\d*)?\})/y, "atom", () => "\\{"),
  piece(/[\]}]/y, "atom", (text) => `\\${text}`),
  piece(/[^\\[\](){}|^$.*+?]/y, "atom"),
];

/** What NGINX's PCRE compiles without a thought. */
const LONGEST = 1024;

interface Taken {
  readonly text: string;
  readonly source: string;
  readonly kind: Kind;
}

function take(pieces: readonly Piece[], pattern: string, at: number): Taken | undefined {
  for (const { found, kind, write } of pieces) {
    found.lastIndex = at;
    const text = found.exec(pattern)?.[0];
    if (text !== undefined) return { text, source: write(text), kind };
  }
  return undefined;
}

/** The class that begins at a `[`; undefined when it does not end, or holds what only PCRE knows. */
function takeClass(pattern: string, start: number): Taken | undefined {
  const negated = pattern.charAt(start + 1) === "^";
  let at = start + (negated ? 2 : 1);
  let source = negated ? "[^" : "[";
  // Right behind the bracket PCRE takes a closing one for itself, and JavaScript for the end.
  if (pattern.charAt(at) === "]") return undefined;
  while (pattern.charAt(at) !== "]") {
    const taken = take(IN_CLASS, pattern, at);
    if (taken === undefined || taken.source === "") return undefined;
    source += taken.source;
    at += taken.text.length;
  }
  return { text: pattern.substring(start, at + 1), source: `${source}]`, kind: "atom" };
}

function refuse(why: string): Translated {
  return { ok: false, why };
}

/** Whether JavaScript takes it: groups that do not close, ranges upside down. */
function compiles(source: string): Translated {
  try {
    new RegExp(source, "i");
    return { ok: true, source };
  } catch (error) {
    return refuse(error instanceof Error ? error.message.replace(/^.*: /, "").toLowerCase() : String(error));
  }
}

/** Puts the pieces of a pattern together, and knows what a quantifier would repeat. */
class Assembly {
  source = "";
  #repeatable = false;
  /** Of each open group, whether it may be repeated. */
  readonly #groups: boolean[] = [];

  /** @returns whether it may stand here */
  add({ kind, source }: Taken): boolean {
    if (kind === "quantifier" && !this.#repeatable) return false;
    if (kind === "open" || kind === "open-assertion") this.#groups.push(kind === "open");
    this.#repeatable = kind === "close" ? this.#groups.pop() === true : kind === "atom";
    this.source += source;
    return true;
  }
}

/** @param pattern a path of an Ingress, as bytes */
export function toJavaScript(pattern: string): Translated {
  if (pattern.length > LONGEST) return refuse(`it is longer than ${LONGEST} bytes`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\x00-\x1f\x7f]/.test(pattern)) return refuse("it holds a control character");
  const assembly = new Assembly();
  let at = 0;
  while (at < pattern.length) {
    const taken = pattern.charAt(at) === "[" ? takeClass(pattern, at) : take(OUTSIDE, pattern, at);
    if (taken === undefined || !assembly.add(taken)) {
      return refuse(`${pattern.substring(at, at + 8)} at byte ${at} is nothing that is served`);
    }
    at += taken.text.length;
  }
  return compiles(assembly.source);
}
