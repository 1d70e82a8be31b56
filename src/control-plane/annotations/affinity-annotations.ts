import {
  affinityCanaryBehaviorUnknown,
  affinityModeUnknown,
  affinityTypeUnknown,
  cookieDomainNotUsable,
  cookieNameNotUsable,
  cookiePathNotUsable,
  expiresNotSeconds,
  maxAgeNotSeconds,
  notABoolean,
  sameSiteUnknown,
} from "../problems/translate-problems.ts";
import type { ServedAnnotation } from "./annotation.ts";
import { served } from "./served.ts";
import {
  parseBoolean,
  parseCookieDomain,
  parseCookieName,
  parseCookiePath,
  parseOneOf,
  parseOneOfAnyCase,
  parseSeconds,
} from "./value-parsers.ts";

const affinity = served("Session affinity", "ingress");

export const AFFINITY = affinity("high", {
  name: "affinity",
  parser: parseOneOf(["cookie"] as const),
  default: "none",
  doc: "`cookie` keeps each client on its endpoint by a cookie.",
  onBadValue: "no affinity",
  badValue: affinityTypeUnknown,
});

export const AFFINITY_MODE = affinity("medium", {
  name: "affinity-mode",
  parser: parseOneOf(["balanced", "persistent"] as const),
  default: "`balanced`",
  doc: "`balanced` moves a fair share of the sessions to endpoints that come; `persistent` moves none.",
  onBadValue: "`balanced`",
  badValue: affinityModeUnknown,
});

export const AFFINITY_CANARY_BEHAVIOR = affinity("low", {
  name: "affinity-canary-behavior",
  parser: parseOneOf(["sticky", "legacy"] as const),
  default: "`sticky`",
  doc: "On a canary Ingress: `sticky` gives the canary the affinity of its main, `legacy` gives it none.",
  onBadValue: "`sticky`",
  badValue: affinityCanaryBehaviorUnknown,
});

export const SESSION_COOKIE_NAME = affinity("high", {
  name: "session-cookie-name",
  parser: parseCookieName,
  default: "`INGRESSCOOKIE`",
  doc: "The name of the affinity cookie: letters, digits and `-._~`.",
  onBadValue: "`INGRESSCOOKIE`",
  badValue: cookieNameNotUsable,
});

export const SESSION_COOKIE_SECURE = affinity("medium", {
  name: "session-cookie-secure",
  parser: parseBoolean,
  default: "Secure when the client's connection is TLS",
  doc: "`true`: the cookie is always Secure; `false`: never.",
  onBadValue: "the default",
  badValue: notABoolean("the cookie is Secure when the client's connection is TLS"),
});

export const SESSION_COOKIE_EXPIRES = affinity("high", {
  name: "session-cookie-expires",
  parser: parseSeconds,
  default: "no Expires",
  doc: "Seconds from the response until the cookie expires: the Expires attribute.",
  onBadValue: "no Expires",
  badValue: expiresNotSeconds,
});

export const SESSION_COOKIE_MAX_AGE = affinity("high", {
  name: "session-cookie-max-age",
  parser: parseSeconds,
  default: "no Max-Age",
  doc: "Seconds that the cookie lives: the Max-Age attribute.",
  onBadValue: "no Max-Age",
  badValue: maxAgeNotSeconds,
});

export const SESSION_COOKIE_PATH = affinity("medium", {
  name: "session-cookie-path",
  parser: parseCookiePath,
  default: "the path of the Ingress",
  doc: "The Path attribute of the cookie.",
  onBadValue: "the path of the Ingress",
  badValue: cookiePathNotUsable,
});

export const SESSION_COOKIE_DOMAIN = affinity("low", {
  name: "session-cookie-domain",
  parser: parseCookieDomain,
  default: "no Domain: the host alone",
  doc: "The Domain attribute of the cookie.",
  onBadValue: "no Domain",
  badValue: cookieDomainNotUsable,
});

export const SESSION_COOKIE_SAMESITE = affinity("medium", {
  name: "session-cookie-samesite",
  parser: parseOneOfAnyCase(["Strict", "Lax", "None"] as const),
  default: "no SameSite",
  doc: "The SameSite attribute: `Strict`, `Lax` or `None`, in any case. `None` wants `session-cookie-secure` too.",
  onBadValue: "no SameSite",
  badValue: sameSiteUnknown,
});

export const SESSION_COOKIE_CONDITIONAL_SAMESITE_NONE = affinity("low", {
  name: "session-cookie-conditional-samesite-none",
  parser: parseBoolean,
  default: "`false`",
  doc: "`true` leaves `SameSite=None` out for browsers that refuse it.",
  onBadValue: "`false`",
  badValue: notABoolean("SameSite=None is sent to every browser"),
});

export const SESSION_COOKIE_CHANGE_ON_FAILURE = affinity("medium", {
  name: "session-cookie-change-on-failure",
  parser: parseBoolean,
  default: "`false`",
  doc: "`true` moves a session to another endpoint when an attempt on its own fails.",
  onBadValue: "`false`",
  badValue: notABoolean("sessions stay where they are after a failure"),
});

/** The twelve annotations of session affinity. */
export const AFFINITY_ANNOTATIONS: readonly ServedAnnotation<unknown>[] = [
  AFFINITY,
  AFFINITY_MODE,
  AFFINITY_CANARY_BEHAVIOR,
  SESSION_COOKIE_NAME,
  SESSION_COOKIE_SECURE,
  SESSION_COOKIE_EXPIRES,
  SESSION_COOKIE_MAX_AGE,
  SESSION_COOKIE_PATH,
  SESSION_COOKIE_DOMAIN,
  SESSION_COOKIE_SAMESITE,
  SESSION_COOKIE_CONDITIONAL_SAMESITE_NONE,
  SESSION_COOKIE_CHANGE_ON_FAILURE,
];

/** Those that say nothing on an Ingress without `affinity: cookie`. */
export const AFFINITY_SETTINGS: readonly ServedAnnotation<unknown>[] = AFFINITY_ANNOTATIONS.filter(
  (annotation) => annotation !== AFFINITY && annotation !== AFFINITY_CANARY_BEHAVIOR,
);
