import type { Parser, ServedAnnotation } from "../annotations/annotation.ts";
import { VARIABLE_HINT } from "../annotations/parse-request-text.ts";
import {
  AUTH_ALWAYS_SET_COOKIE,
  AUTH_CACHE_DURATION,
  AUTH_CACHE_KEY,
  AUTH_METHOD,
  AUTH_REQUEST_REDIRECT,
  AUTH_RESPONSE_HEADERS,
  AUTH_SIGNIN,
  AUTH_SIGNIN_REDIRECT_PARAM,
  AUTH_URL,
  AUTHORITY_URL_HINT,
} from "../annotations/policies/authority-annotations.ts";
import { parseList } from "../annotations/value-parsers.ts";
import type { GlobalSettings } from "./global-settings.ts";
import { type LiveSetting, live } from "./setting.ts";

/** What a setting is worth that guards access and cannot be used: whatever goes by it is closed. */
export const UNUSABLE = "unusable";

export type GlobalAuthority<T> = T | typeof UNUSABLE | undefined;

function keyOf(annotation: string): string {
  return `global-${annotation}`;
}

/** `global-auth-…`: what the annotation `auth-…` says for one Ingress, read in the same way. */
function globally<T>(
  { name, parser, doc, guards }: ServedAnnotation<T>,
  hint: string,
): LiveSetting<GlobalAuthority<T>> {
  const setting = live<GlobalAuthority<T>>(keyOf(name), parser as Parser<T>, undefined, doc, hint);
  return guards === true ? { ...setting, whenBad: UNUSABLE } : setting;
}

/** What the global settings say of the authority in the respect of which an annotation speaks for one Ingress. */
export function globalAuthority<T>({ live }: GlobalSettings, { name }: ServedAnnotation<T>): GlobalAuthority<T> {
  return live.get(keyOf(name)) as GlobalAuthority<T>;
}

export const GLOBAL_AUTH_URL = globally(AUTH_URL, AUTHORITY_URL_HINT);

/** What proves to a certificate's issuer who owns a host is for everybody. */
export const NO_AUTH_LOCATIONS = live(
  "no-auth-locations",
  parseList,
  ["/.well-known/acme-challenge"],
  "Paths of Ingresses, and what begins like them, that need no authentication.",
  "Write the entries with commas between them.",
);

export const AUTHORITY_SETTINGS: readonly LiveSetting<unknown>[] = [
  GLOBAL_AUTH_URL,
  globally(AUTH_SIGNIN, 'Write a URL such as "https://auth.example.com/start".'),
  globally(AUTH_SIGNIN_REDIRECT_PARAM, "Write the name of a parameter."),
  globally(AUTH_METHOD, 'Write "GET".'),
  globally(AUTH_RESPONSE_HEADERS, 'Write names such as "X-User, X-Email".'),
  globally(AUTH_REQUEST_REDIRECT, VARIABLE_HINT),
  globally(AUTH_CACHE_KEY, VARIABLE_HINT),
  globally(AUTH_CACHE_DURATION, 'Write "200 202 10m, 401 1m".'),
  globally(AUTH_ALWAYS_SET_COOKIE, 'Write "true" or "false".'),
  NO_AUTH_LOCATIONS,
];
