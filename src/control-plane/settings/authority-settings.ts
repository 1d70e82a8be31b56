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
import { type LiveSetting, live } from "./setting.ts";

/** What a setting is worth that guards access and cannot be used: whatever goes by it is closed. */
export const UNUSABLE = "unusable";

export type GlobalAuthority<T> = T | typeof UNUSABLE | undefined;

/** `global-auth-…`: what the annotation `auth-…` says for one Ingress, read in the same way. */
function globally<T>(
  { name, parser, doc, guards }: ServedAnnotation<T>,
  hint: string,
): LiveSetting<GlobalAuthority<T>> {
  const setting = live<GlobalAuthority<T>>(`global-${name}`, parser as Parser<T>, undefined, doc, hint);
  return guards === true ? { ...setting, whenBad: UNUSABLE } : setting;
}

export const GLOBAL_AUTH_URL = globally(AUTH_URL, AUTHORITY_URL_HINT);
export const GLOBAL_AUTH_SIGNIN = globally(AUTH_SIGNIN, 'Write a URL such as "https://auth.example.com/start".');
export const GLOBAL_AUTH_SIGNIN_REDIRECT_PARAM = globally(AUTH_SIGNIN_REDIRECT_PARAM, "Write the name of a parameter.");
export const GLOBAL_AUTH_METHOD = globally(AUTH_METHOD, 'Write "GET".');
export const GLOBAL_AUTH_RESPONSE_HEADERS = globally(AUTH_RESPONSE_HEADERS, 'Write names such as "X-User, X-Email".');
export const GLOBAL_AUTH_REQUEST_REDIRECT = globally(AUTH_REQUEST_REDIRECT, VARIABLE_HINT);
export const GLOBAL_AUTH_CACHE_KEY = globally(AUTH_CACHE_KEY, VARIABLE_HINT);
export const GLOBAL_AUTH_CACHE_DURATION = globally(AUTH_CACHE_DURATION, 'Write "200 202 10m, 401 1m".');
export const GLOBAL_AUTH_ALWAYS_SET_COOKIE = globally(AUTH_ALWAYS_SET_COOKIE, 'Write "true" or "false".');

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
  GLOBAL_AUTH_SIGNIN,
  GLOBAL_AUTH_SIGNIN_REDIRECT_PARAM,
  GLOBAL_AUTH_METHOD,
  GLOBAL_AUTH_RESPONSE_HEADERS,
  GLOBAL_AUTH_REQUEST_REDIRECT,
  GLOBAL_AUTH_CACHE_KEY,
  GLOBAL_AUTH_CACHE_DURATION,
  GLOBAL_AUTH_ALWAYS_SET_COOKIE,
  NO_AUTH_LOCATIONS,
];
