import type { CanaryPolicy } from "../../snapshot/route-policies.ts";
import type { PolicyRequest } from "../policy-request.ts";
import { namedCookie } from "./named-cookie.ts";

/**
 * Whether a regular expression (PCRE in NGINX) finds something in a text; undefined: it failed or was cut off.
 *
 * @noSelf
 */
export type Matches = (pattern: string, text: string) => boolean | undefined;

/** What a rule of the canary says of a request; undefined: nothing, and the next rule is asked. */
export type Verdict = "canary" | "main" | undefined;

function byWord(word: string): Verdict {
  if (word === "always") return "canary";
  return word === "never" ? "main" : undefined;
}

/** A pattern that fails chooses the main at once (ingress-nginx: canary, request decision). */
function byPattern(pattern: string, text: string, matches: Matches): Verdict {
  const found = matches(pattern, text);
  if (found === undefined) return "main";
  return found ? "canary" : undefined;
}

/** `canary-by-header`, with its value or pattern; a value wins over a pattern. */
export function headerVerdict(canary: CanaryPolicy, request: PolicyRequest, matches: Matches): Verdict {
  if (canary.header === undefined) return undefined;
  const given = request.header(canary.header);
  if (given === undefined) return undefined;
  if (canary.headerValue !== undefined) return given === canary.headerValue ? "canary" : undefined;
  if (canary.headerPattern !== undefined) return byPattern(canary.headerPattern, given, matches);
  return byWord(given);
}

/** `canary-by-cookie`. */
export function cookieVerdict(canary: CanaryPolicy, cookieHeader: string | undefined): Verdict {
  if (canary.cookie === undefined || cookieHeader === undefined) return undefined;
  const given = namedCookie(cookieHeader, canary.cookie);
  return given === undefined ? undefined : byWord(given);
}
