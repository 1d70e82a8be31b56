import type { AffinityPolicy } from "../../snapshot/model.ts";
import type { Problem } from "../problems/problem.ts";
import {
  affinitySettingNoEffect,
  cookiePathNotAbsolute,
  type Subject,
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
import type { ServedAnnotation } from "./annotation.ts";
import { annotationField, type GivenAnnotations } from "./collect-annotations.ts";

/** The affinity of an Ingress; each of its Routes fills the cookie's path in when none is set. */
export type AffinitySettings = Omit<AffinityPolicy, "cookiePath"> & { readonly cookiePath?: string };

type Read = <T>(annotation: ServedAnnotation<T>) => T | undefined;

/** A reader of single annotations that turns each value that cannot be used into a Problem and "absent". */
function reader(subject: Subject, given: GivenAnnotations, problems: Problem[]): Read {
  return (annotation) => {
    const found = given.get(annotation.name);
    if (found === undefined) return undefined;
    const parsed = annotation.parser(found.text);
    if (parsed.ok) return parsed.value;
    problems.push(annotation.badValue(subject, annotationField(found.key), found.text));
    return undefined;
  };
}

function reportUseless(subject: Subject, given: GivenAnnotations, problems: Problem[]): void {
  for (const { name } of AFFINITY_SETTINGS) {
    const found = given.get(name);
    if (found !== undefined) problems.push(affinitySettingNoEffect(subject, annotationField(found.key), found.text));
  }
}

function secureOf(flag: boolean | undefined): AffinityPolicy["secure"] {
  if (flag === undefined) return "auto";
  return flag ? "always" : "never";
}

function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

function readSettings(read: Read): AffinitySettings {
  return {
    mode: read(AFFINITY_MODE) ?? "balanced",
    cookieName: read(SESSION_COOKIE_NAME) ?? "INGRESSCOOKIE",
    ...defined({
      cookiePath: read(SESSION_COOKIE_PATH),
      cookieDomain: read(SESSION_COOKIE_DOMAIN),
      maxAge: read(SESSION_COOKIE_MAX_AGE),
      expires: read(SESSION_COOKIE_EXPIRES),
    }),
    secure: secureOf(read(SESSION_COOKIE_SECURE)),
    ...defined({ sameSite: read(SESSION_COOKIE_SAMESITE) }),
    conditionalSameSiteNone: read(SESSION_COOKIE_CONDITIONAL_SAMESITE_NONE) ?? false,
    changeOnFailure: read(SESSION_COOKIE_CHANGE_ON_FAILURE) ?? false,
  };
}

/** Values that can be used and still do not do what was meant. */
function reportDoubtful(
  subject: Subject,
  settings: AffinitySettings,
  given: GivenAnnotations,
  problems: Problem[],
): void {
  const sameSite = given.get(SESSION_COOKIE_SAMESITE.name);
  if (sameSite !== undefined && settings.sameSite === "None" && settings.secure !== "always") {
    problems.push(sameSiteNoneNeedsSecure(subject, annotationField(sameSite.key), sameSite.text));
  }
  const path = given.get(SESSION_COOKIE_PATH.name);
  if (path !== undefined && settings.cookiePath !== undefined && !settings.cookiePath.startsWith("/")) {
    problems.push(cookiePathNotAbsolute(subject, annotationField(path.key), path.text));
  }
}

/**
 * The affinity that an Ingress asks for; undefined when it asks for none. Bad values never cost the Ingress its
 * service: each becomes a Problem, and its default holds (ingress-nginx 1.15.1, affinity annotations).
 */
export function readAffinity(
  subject: Subject,
  given: GivenAnnotations,
  problems: Problem[],
): AffinitySettings | undefined {
  const read = reader(subject, given, problems);
  read(AFFINITY_CANARY_BEHAVIOR);
  if (!given.has(AFFINITY.name)) {
    reportUseless(subject, given, problems);
    return undefined;
  }
  if (read(AFFINITY) === undefined) return undefined;
  const settings = readSettings(read);
  reportDoubtful(subject, settings, given, problems);
  return settings;
}
