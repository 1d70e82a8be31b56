import type { Parsed, Parser } from "./annotation.ts";

/** The spellings of a boolean that ingress-nginx takes; no blanks around them. */
export const TRUE_TEXTS: readonly string[] = ["1", "t", "T", "TRUE", "true", "True"];
export const FALSE_TEXTS: readonly string[] = ["0", "f", "F", "FALSE", "false", "False"];

const BAD = { ok: false } as const;

function good<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

/** Trims every line: how a text value is read (ingress-nginx 1.15.1). */
export function normalize(text: string): string {
  if (!text.includes("\n")) return text.trim();
  return text
    .split("\n")
    .map((line) => line.trim())
    .join("\n");
}

export const parseBoolean: Parser<boolean> = (text) => {
  if (TRUE_TEXTS.includes(text)) return good(true);
  return FALSE_TEXTS.includes(text) ? good(false) : BAD;
};

/** One word of a list, case-sensitive. */
export function parseOneOf<T extends string>(words: readonly T[]): Parser<T> {
  return (text) => {
    const wanted = normalize(text);
    const found = words.find((word) => word === wanted);
    return found === undefined ? BAD : good(found);
  };
}

/** One word of a list in any case; gives the list's spelling. */
export function parseOneOfAnyCase<T extends string>(words: readonly T[]): Parser<T> {
  return (text) => {
    const wanted = normalize(text).toLowerCase();
    const found = words.find((word) => word.toLowerCase() === wanted);
    return found === undefined ? BAD : good(found);
  };
}

/** Whole seconds, negative ones too. */
export const parseSeconds: Parser<number> = (text) => {
  const digits = normalize(text);
  if (!/^-?\d+$/.test(digits)) return BAD;
  const seconds = Number(digits) + 0;
  return Number.isSafeInteger(seconds) ? good(seconds) : BAD;
};

/** A cookie's name: the characters that RFC 6265 (token) and ingress-nginx both allow. */
export const parseCookieName: Parser<string> = (text) => {
  const name = normalize(text);
  return /^[-._~a-zA-Z0-9]+$/.test(name) ? good(name) : BAD;
};

/** A cookie's Domain, with ingress-nginx's set of characters. */
export const parseCookieDomain: Parser<string> = (text) => {
  const domain = normalize(text);
  return /^[-._~a-zA-Z0-9/:]+$/.test(domain) ? good(domain) : BAD;
};

/** A cookie's Path, with ingress-nginx's set of characters; blanks inside are let through, as there. */
export const parseCookiePath: Parser<string> = (text) => {
  const path = normalize(text);
  return /^[-._~a-zA-Z0-9/:,?&= ]+$/.test(path) ? good(path) : BAD;
};

/** A whole number of these bounds, as Go's Atoi reads one: digits with a sign at most, without blanks. */
export function parseWholeNumber(least: number, most: number): Parser<number> {
  return (text) => {
    if (!/^[+-]?\d+$/.test(text)) return BAD;
    const number = Number(text) + 0;
    return number >= least && number <= most ? good(number) : BAD;
  };
}

/** An absolute http or https URL, as it is written: of characters that a header can hold. */
export const parseUrl: Parser<string> = (text) => {
  const url = normalize(text);
  if (!/^https?:\/\/[\x21-\x7e]+$/.test(url) || /["<>\\^`{}]/.test(url)) return BAD;
  return URL.canParse(url) ? good(url) : BAD;
};

/** Words with commas between them; blanks around each do not count, nor do empty ones. */
export const parseList: Parser<readonly string[]> = (text) => {
  const words = text.split(",").map((word) => word.trim());
  return good(words.filter((word) => word !== ""));
};

const UNITS: Readonly<Record<string, number>> = { "": 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** A size as NGINX writes it, `8m` for one: bytes. */
export const parseSize: Parser<number> = (text) => {
  const parts = /^(\d+)([bkmg]?)$/.exec(normalize(text).toLowerCase());
  if (parts === null) return BAD;
  const bytes = Number(parts[1]) * (UNITS[parts[2] as string] as number);
  return Number.isSafeInteger(bytes) ? good(bytes) : BAD;
};

/** `on` or `off`, as NGINX's switches. */
export const parseSwitch: Parser<boolean> = (text) => {
  const word = normalize(text);
  return word === "on" || word === "off" ? good(word === "on") : BAD;
};

/** Words of a list, with blanks between them, at least one. */
export function parseWords<T extends string>(words: readonly T[]): Parser<readonly T[]> {
  return (text) => {
    const given = normalize(text).split(/\s+/);
    const known = given.filter((word): word is T => (words as readonly string[]).includes(word));
    return known.length === given.length ? good(known) : BAD;
  };
}

/** A DNS name, as a certificate has it. */
export const parseDnsName: Parser<string> = (text) => {
  const name = normalize(text);
  return /^[a-zA-Z0-9*_]([-a-zA-Z0-9._]*[a-zA-Z0-9])?$/.test(name) && name.length <= 253 ? good(name) : BAD;
};

/** `namespace/name` of an object, or its name alone. */
export const parseObjectName: Parser<string> = (text) => {
  const name = normalize(text);
  return /^([a-z0-9]([-a-z0-9]*[a-z0-9])?\/)?[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/.test(name) ? good(name) : BAD;
};
