import type { AffinityPolicy } from "../../snapshot/model.ts";
import {
  affinitySettingNoEffect,
  cookiePathNotAbsolute,
  sameSiteNoneNeedsSecure,
} from "../problems/translate-problems.ts";
import {
  AFFINITY,
  AFFINITY_CANARY_BEHAVIOR,
  AFFINITY_MODE,
  AFFINITY_SETTINGS,
  SESSION_COOKIE_CHANGE_ON_FAILURE,
  SESSION_COOKIE_CONDITIONAL_SAMESITE_NONE,
  SESSION_COOKIE_DOMAIN,
  SESSION_COOKIE_EXPIRES,
  SESSION_COOKIE_MAX_AGE,
  SESSION_COOKIE_NAME,
  SESSION_COOKIE_PATH,
  SESSION_COOKIE_SAMESITE,
  SESSION_COOKIE_SECURE,
} from "./affinity-annotations.ts";
import type { AnnotationContext } from "./annotation-context.ts";

/** The affinity of an Ingress; each of its Routes fills the cookie's path in when none is set. */
export type AffinitySettings = Omit<AffinityPolicy, "cookiePath"> & { readonly cookiePath?: string };

function reportUseless(context: AnnotationContext): void {
  for (const annotation of AFFINITY_SETTINGS) context.report(annotation, affinitySettingNoEffect);
}

function secureOf(flag: boolean | undefined): AffinityPolicy["secure"] {
  if (flag === undefined) return "auto";
  return flag ? "always" : "never";
}

function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

function readSettings(context: AnnotationContext): AffinitySettings {
  return {
    mode: context.read(AFFINITY_MODE) ?? "balanced",
    cookieName: context.read(SESSION_COOKIE_NAME) ?? "INGRESSCOOKIE",
    ...defined({
      cookiePath: context.read(SESSION_COOKIE_PATH),
      cookieDomain: context.read(SESSION_COOKIE_DOMAIN),
      maxAge: context.read(SESSION_COOKIE_MAX_AGE),
      expires: context.read(SESSION_COOKIE_EXPIRES),
    }),
    secure: secureOf(context.read(SESSION_COOKIE_SECURE)),
    ...defined({ sameSite: context.read(SESSION_COOKIE_SAMESITE) }),
    conditionalSameSiteNone: context.read(SESSION_COOKIE_CONDITIONAL_SAMESITE_NONE) ?? false,
    changeOnFailure: context.read(SESSION_COOKIE_CHANGE_ON_FAILURE) ?? false,
  };
}

/** Values that can be used and still do not do what was meant. */
function reportDoubtful(context: AnnotationContext, settings: AffinitySettings): void {
  if (settings.sameSite === "None" && settings.secure !== "always") {
    context.report(SESSION_COOKIE_SAMESITE, sameSiteNoneNeedsSecure);
  }
  if (settings.cookiePath !== undefined && !settings.cookiePath.startsWith("/")) {
    context.report(SESSION_COOKIE_PATH, cookiePathNotAbsolute);
  }
}

/**
 * The affinity that an Ingress asks for; undefined when it asks for none. Bad values never cost the Ingress its
 * service: each becomes a Problem, and its default holds (ingress-nginx 1.15.1, affinity annotations).
 */
export function readAffinity(context: AnnotationContext): AffinitySettings | undefined {
  context.read(AFFINITY_CANARY_BEHAVIOR);
  if (!context.has(AFFINITY)) {
    reportUseless(context);
    return undefined;
  }
  if (context.read(AFFINITY) === undefined) return undefined;
  const settings = readSettings(context);
  reportDoubtful(context, settings);
  return settings;
}
