import type { AuthorityMemory, AuthorityPolicy } from "../snapshot/route-policies.ts";
import type { Answer } from "./answer.ts";
import type { Verdict } from "./guard.ts";
import type { PolicyRequest } from "./policy-request.ts";
import { requestText } from "./request-text.ts";
import { urlText } from "./safe-text.ts";

/** What an authority said. */
export interface AuthorityAnswer {
  /** 0: nothing. */
  readonly status: number;
  /** Those that are of use here, name and value in turn. */
  readonly headers: readonly string[];
}

export const NO_ANSWER: AuthorityAnswer = { status: 0, headers: [] };

/** Headers of an answer that matter to us besides those that Endpoints get. */
export const OWN_HEADERS: readonly string[] = ["WWW-Authenticate", "Set-Cookie", "Cache-Control", "Expires", "Vary"];

const DENIED: Answer = { reason: "denied", status: 403 };
const FAILED: Answer = { reason: "no-authority", status: 500 };

/** All lines of a header; empty when there is none. */
export function headerLines({ headers }: AuthorityAnswer, name: string): readonly string[] {
  const lines: string[] = [];
  for (let i = 0; i + 1 < headers.length; i += 2) if (headers[i] === name) lines.push(headers[i + 1] as string);
  return lines;
}

/** The same as one value (RFC 9110 §5.3); undefined when there is none. */
export function headerValue(answer: AuthorityAnswer, name: string): string | undefined {
  const lines = headerLines(answer, name);
  if (lines.length === 0) return undefined;
  let value = lines[0] as string;
  for (let i = 1; i < lines.length; i++) value = `${value}, ${lines[i]}`;
  return value;
}

function askToSignIn({ signIn }: AuthorityPolicy, answer: AuthorityAnswer, request: PolicyRequest): Answer {
  if (signIn !== undefined) {
    return { reason: "unauthorized", status: 302, location: urlText(requestText(signIn, request)) };
  }
  const challenge = headerValue(answer, "WWW-Authenticate");
  const headers = challenge === undefined ? [] : ["WWW-Authenticate", challenge];
  return { reason: "unauthorized", status: 401, headers };
}

/** What an authority's answer means: anything but 2xx, 401 and 403 is none (NGINX's auth_request). */
export function judge(policy: AuthorityPolicy, answer: AuthorityAnswer, request: PolicyRequest): Verdict {
  const { status } = answer;
  if (status >= 200 && status < 300) return "admitted";
  if (status === 401) return askToSignIn(policy, answer, request);
  return status === 403 ? DENIED : FAILED;
}

/** Statuses whose responses carry headers that are not for every response (NGINX's add_header). */
const GOOD: readonly number[] = [200, 201, 204, 206, 301, 302, 303, 304, 307, 308];

/** The authority's cookies that go with a response of this status. */
export function cookiesFor(policy: AuthorityPolicy, answer: AuthorityAnswer, status: number): readonly string[] {
  return policy.alwaysSetCookie || GOOD.includes(status) ? headerLines(answer, "Set-Cookie") : [];
}

/** The number behind a word such as `max-age=`; undefined where there is none. */
function numberBehind(text: string, word: string): number | undefined {
  const at = text.indexOf(word);
  if (at < 0) return undefined;
  let number: number | undefined;
  for (let i = at + word.length; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) break;
    number = (number ?? 0) * 10 + digit;
  }
  return number;
}

/** What an answer says of caches itself, in seconds; undefined when nothing. */
function secondsByItself(answer: AuthorityAnswer): number | undefined {
  // A cookie is meant for one client.
  if (headerLines(answer, "Set-Cookie").length > 0 || headerValue(answer, "Vary") === "*") return 0;
  const control = (headerValue(answer, "Cache-Control") ?? "").toLowerCase();
  if (control.includes("no-store") || control.includes("no-cache") || control.includes("private")) return 0;
  const seconds = numberBehind(control, "s-maxage=") ?? numberBehind(control, "max-age=");
  if (seconds !== undefined) return seconds;
  return headerLines(answer, "Expires").length > 0 ? 0 : undefined;
}

/** How long an answer may be used again, in seconds; 0: not at all. A failure never is. */
export function secondsToRemember({ seconds }: AuthorityMemory, answer: AuthorityAnswer): number {
  if (answer.status < 200 || answer.status >= 500) return 0;
  const asked = seconds[`${answer.status}`] ?? seconds["any"] ?? 0;
  if (asked <= 0) return 0;
  return secondsByItself(answer) ?? asked;
}
