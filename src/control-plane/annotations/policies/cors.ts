import type { CorsPolicy, RoutePolicies } from "../../../snapshot/route-policies.ts";
import { badValue, noEffect } from "../../problems/annotation-problems.ts";
import type { Parser, ServedAnnotation } from "../annotation.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import { served } from "../served.ts";
import { normalize, parseBoolean, parseWholeNumber } from "../value-parsers.ts";

const cors = served("CORS", "ingress");

const METHODS = "GET, PUT, POST, DELETE, PATCH, OPTIONS";
const HEADERS =
  "DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization";
const MAX_AGE = 1_728_000;

/** Scheme, host with one `*` as its first label at most, port. */
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/;

interface Origins {
  /** Lower case; `*` for every origin. */
  readonly good: readonly string[];
  readonly bad: readonly string[];
}

const parseOrigins: Parser<Origins> = (text) => {
  const all = text.split(",").map((origin) => origin.trim().toLowerCase());
  const isOrigin = (origin: string) => origin === "*" || ORIGIN.test(origin);
  return { ok: true, value: { good: all.filter(isOrigin), bad: all.filter((origin) => !isOrigin(origin)) } };
};

/** Words of a header's value as it is written, with ingress-nginx's set of characters. */
function parseWords(words: RegExp): Parser<string> {
  return (text) => {
    const value = normalize(text);
    return words.test(value) ? { ok: true, value } : { ok: false };
  };
}

const TOKENS_HINT = 'Write names with commas between them, such as "X-One, X-Two".';

export const ENABLE_CORS = cors("high", {
  name: "enable-cors",
  parser: parseBoolean,
  default: "`false`",
  doc: "Lets pages of other sites read the responses, and answers their preflights with 204.",
  onBadValue: "`false`",
  badValue: badValue("This is no boolean: there is no CORS.", 'Write "true" or "false".'),
});

const ORIGINS_HINT = 'Write "https://www.example.com" or "https://*.example.com", with commas between several, or "*".';

const badOrigin = badValue("An entry of this list is no origin and is left out: no page of it may ask.", ORIGINS_HINT);

export const CORS_ALLOW_ORIGIN = cors("high", {
  name: "cors-allow-origin",
  parser: parseOrigins,
  default: "`*`",
  doc: "Origins that may ask, with commas between them; `*` for one label of a host, or for every origin.",
  onBadValue: "what is no origin is left out",
  badValue: badOrigin,
});

export const CORS_ALLOW_METHODS = cors("medium", {
  name: "cors-allow-methods",
  parser: parseWords(/^[A-Za-z]+(, ?[A-Za-z]+| [A-Za-z]+)*,?$/),
  default: `\`${METHODS}\``,
  doc: "Methods that they may use.",
  onBadValue: "the default",
  badValue: badValue("These are no methods: the default holds.", 'Write "GET, POST".'),
});

export const CORS_ALLOW_HEADERS = cors("high", {
  name: "cors-allow-headers",
  parser: parseWords(/^[-_A-Za-z0-9]+(, ?[-_A-Za-z0-9]+| [-_A-Za-z0-9]+)*,?$/),
  default: `\`${HEADERS}\``,
  doc: "Headers that they may send.",
  onBadValue: "the default",
  badValue: badValue("These are no names of headers: the default holds.", TOKENS_HINT),
});

export const CORS_EXPOSE_HEADERS = cors("medium", {
  name: "cors-expose-headers",
  parser: parseWords(/^([-_A-Za-z0-9]+|\*)((, ?| )([-_A-Za-z0-9]+|\*))*,?$/),
  default: "none",
  doc: "Headers of responses that they may read.",
  onBadValue: "none",
  badValue: badValue("These are no names of headers: none is exposed.", TOKENS_HINT),
});

export const CORS_ALLOW_CREDENTIALS = cors("medium", {
  name: "cors-allow-credentials",
  parser: parseBoolean,
  default: "`true`",
  doc: "Whether they may send credentials; browsers never do where every origin may ask.",
  onBadValue: "`true`",
  badValue: badValue("This is no boolean: credentials are allowed.", 'Write "true" or "false".'),
});

export const CORS_MAX_AGE = cors("low", {
  name: "cors-max-age",
  parser: parseWholeNumber(-1, 2_147_483_647),
  default: `\`${MAX_AGE}\``,
  doc: "Seconds that browsers remember the answer to a preflight; `-1` for not at all.",
  onBadValue: "the default",
  badValue: badValue(`This is no number of seconds: it is ${MAX_AGE}.`, 'Write a number such as "600".'),
});

const SETTINGS: readonly ServedAnnotation<unknown>[] = [
  CORS_ALLOW_ORIGIN,
  CORS_ALLOW_METHODS,
  CORS_ALLOW_HEADERS,
  CORS_EXPOSE_HEADERS,
  CORS_ALLOW_CREDENTIALS,
  CORS_MAX_AGE,
];

export const CORS_ANNOTATIONS: readonly ServedAnnotation<unknown>[] = [ENABLE_CORS, ...SETTINGS];

/** Undefined: every origin. */
function readOrigins(context: AnnotationContext): readonly string[] | undefined {
  const origins = context.read(CORS_ALLOW_ORIGIN);
  if (origins === undefined) return undefined;
  if (origins.bad.length > 0) context.report(CORS_ALLOW_ORIGIN, badOrigin);
  return origins.good.includes("*") ? undefined : origins.good;
}

function readPolicy(context: AnnotationContext): CorsPolicy {
  const origins = readOrigins(context);
  const exposed = context.read(CORS_EXPOSE_HEADERS);
  return {
    ...(origins && { origins }),
    credentials: context.read(CORS_ALLOW_CREDENTIALS) ?? true,
    methods: context.read(CORS_ALLOW_METHODS) ?? METHODS,
    headers: context.read(CORS_ALLOW_HEADERS) ?? HEADERS,
    ...(exposed !== undefined && { exposed }),
    maxAge: context.read(CORS_MAX_AGE) ?? MAX_AGE,
  };
}

/** Which other sites' pages may read what the Routes of an Ingress answer. */
export function readCors(context: AnnotationContext): Partial<RoutePolicies> {
  if (context.read(ENABLE_CORS) === true) return { cors: readPolicy(context) };
  const off = noEffect('There is no CORS without enable-cors: "true".', "Add enable-cors, or take this one out.");
  for (const setting of SETTINGS) context.report(setting, off);
  return {};
}
