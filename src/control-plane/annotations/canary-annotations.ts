import { badValue } from "../problems/annotation-problems.ts";
import { compilePattern } from "../regex/compile-pattern.ts";
import type { Parser, ServedAnnotation } from "./annotation.ts";
import { served } from "./served.ts";
import { normalize, parseBoolean, parseOneOf, parseWholeNumber } from "./value-parsers.ts";

const canary = served("Canary", "ingress");

const MOST = 1_000_000_000;

/** ingress-nginx's characters for names and plain values. */
const parseName: Parser<string> = (text) => {
  const name = normalize(text);
  return /^[-._~a-zA-Z0-9/:]+$/.test(name) ? { ok: true, value: name } : { ok: false };
};

const parsePattern: Parser<string> = (text) => {
  const pattern = normalize(text);
  return compilePattern(pattern) === undefined ? { ok: false } : { ok: true, value: pattern };
};

/** `team-a, team-b`, or `*` for all. */
const parseNamespaces: Parser<readonly string[]> = (text) => {
  const names = text.split(",").map((name) => name.trim());
  const valid = names.every((name) => name === "*" || /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name));
  return valid ? { ok: true, value: names } : { ok: false };
};

const NAME_HINT = "Write letters, digits and the characters - . _ ~ / : only.";

export const CANARY = canary("medium", {
  name: "canary",
  parser: parseBoolean,
  default: "`false`",
  doc: "`true` makes the Ingress a canary: an alternative that gets a share of another Ingress's requests.",
  onBadValue: "an ordinary Ingress",
  badValue: badValue(
    "This is no boolean: the Ingress is an ordinary one, with Routes of its own.",
    'Write "true" or "false".',
  ),
});

export const CANARY_WEIGHT = canary("medium", {
  name: "canary-weight",
  parser: parseWholeNumber(0, MOST),
  default: "`0`",
  doc: "The share of new clients that the canary gets, of `canary-weight-total`.",
  onBadValue: "`0`",
  badValue: badValue("This is no weight: the canary gets no share.", "Write a whole number from 0 to the total."),
});

export const CANARY_WEIGHT_TOTAL = canary("low", {
  name: "canary-weight-total",
  parser: parseWholeNumber(100, MOST),
  default: "`100`",
  doc: "What the weight is a share of: 100 or more.",
  onBadValue: "`100`",
  badValue: badValue("This is no total of at least 100: the total is 100.", "Write a whole number from 100 on."),
});

export const CANARY_BY_HEADER = canary("medium", {
  name: "canary-by-header",
  parser: parseName,
  default: "none",
  doc: "A request header: `always` chooses the canary, `never` the main.",
  onBadValue: "no header chooses",
  badValue: badValue("This is no name of a header: no header chooses.", NAME_HINT),
});

export const CANARY_BY_HEADER_VALUE = canary("medium", {
  name: "canary-by-header-value",
  parser: parseName,
  default: "none",
  doc: "The one value of `canary-by-header` that chooses the canary; instead of `always` and `never`.",
  onBadValue: "no header chooses",
  badValue: badValue("This value cannot be used: no header chooses.", NAME_HINT),
});

export const CANARY_BY_HEADER_PATTERN = canary("low", {
  name: "canary-by-header-pattern",
  parser: parsePattern,
  default: "none",
  doc: "A regular expression (PCRE) that finds something in values of `canary-by-header` that choose the canary.",
  onBadValue: "no header chooses",
  badValue: badValue(
    "This is no regular expression that NGINX takes: no header chooses.",
    "Write one without blanks, quotes, commas and POSIX classes, with its brackets closed.",
  ),
});

export const CANARY_BY_COOKIE = canary("medium", {
  name: "canary-by-cookie",
  parser: parseName,
  default: "none",
  doc: "A cookie: `always` chooses the canary, `never` the main.",
  onBadValue: "no cookie chooses",
  badValue: badValue("This is no name of a cookie: no cookie chooses.", NAME_HINT),
});

export const CANARY_BOUND_SESSIONS = canary("low", {
  name: "canary-bound-sessions",
  parser: parseOneOf(["stay", "follow-weight"] as const),
  default: "`stay`",
  doc: "`stay`: sessions keep their side. `follow-weight`: header, cookie and weight count for them too; a change of the weight moves only those that it claims. Limpet's own.",
  onBadValue: "`stay`",
  badValue: badValue("There is no such behaviour: bound sessions stay.", 'Write "stay" or "follow-weight".'),
});

export const CANARY_NAMESPACES = canary("low", {
  name: "canary-namespaces",
  parser: parseNamespaces,
  default: "its own",
  doc: "On the main Ingress: further namespaces whose canaries it takes, with commas between; `*` for all. Limpet's own.",
  onBadValue: "its own",
  badValue: badValue(
    "These are no namespaces: only canaries of its own are taken.",
    'Write names such as "team-a, team-b".',
  ),
});

/** Those that say nothing on an Ingress that is no canary. */
export const CANARY_SETTINGS: readonly ServedAnnotation<unknown>[] = [
  CANARY_WEIGHT,
  CANARY_WEIGHT_TOTAL,
  CANARY_BY_HEADER,
  CANARY_BY_HEADER_VALUE,
  CANARY_BY_HEADER_PATTERN,
  CANARY_BY_COOKIE,
  CANARY_BOUND_SESSIONS,
];

export const CANARY_ANNOTATIONS: readonly ServedAnnotation<unknown>[] = [CANARY, ...CANARY_SETTINGS, CANARY_NAMESPACES];
