import { RETRY_CONDITIONS, type RetryCondition } from "../../../snapshot/profiles.ts";
import type { RetryPolicy } from "../../../snapshot/route-policies.ts";
import { badValue } from "../../problems/annotation-problems.ts";
import { liveSetting } from "../../settings/global-settings.ts";
import { RETRY_NON_IDEMPOTENT } from "../../settings/live-settings.ts";
import type { ServedAnnotation } from "../annotation.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import { served } from "../served.ts";
import { parseWholeNumber, parseWords } from "../value-parsers.ts";

const retry = served("Timeouts and retries", "location");

/** Conditions of which NGINX's configuration has no location: too few ask for them. */
const UNSERVED = ["http_403", "http_404", "http_429"] as const;

const WORDS = ["off", "error", "timeout", ...RETRY_CONDITIONS, ...UNSERVED] as const;

export const PROXY_NEXT_UPSTREAM = retry("medium", {
  name: "proxy-next-upstream",
  parser: parseWords(WORDS),
  default: "`error timeout`",
  doc: `What is tried again on another endpoint: \`error\`, \`timeout\`, ${RETRY_CONDITIONS.map((it) => `\`${it}\``).join(", ")}, or \`off\`.`,
  onBadValue: "`error timeout`",
  badValue: badValue(
    "There is a word here that names no failure: it is error timeout.",
    `Write some of these, with blanks between them: ${WORDS.join(" ")}.`,
  ),
});

export const PROXY_NEXT_UPSTREAM_TRIES = retry("medium", {
  name: "proxy-next-upstream-tries",
  parser: parseWholeNumber(0, 1000),
  default: "`3`",
  doc: "Attempts in all; `0`: one for each endpoint.",
  onBadValue: "`3`",
  badValue: badValue("This is no number of attempts: it is 3.", 'Write a whole number, such as "3".'),
});

export const PROXY_NEXT_UPSTREAM_TIMEOUT = retry("low", {
  name: "proxy-next-upstream-timeout",
  parser: parseWholeNumber(0, 2147483),
  default: "`0`: no limit",
  doc: "Seconds after which a failed attempt is the last.",
  onBadValue: "no limit",
  badValue: badValue("This is no number of seconds: there is no limit.", 'Write a whole number without a unit, "30".'),
});

export const RETRY_ANNOTATIONS: readonly ServedAnnotation<unknown>[] = [
  PROXY_NEXT_UPSTREAM,
  PROXY_NEXT_UPSTREAM_TRIES,
  PROXY_NEXT_UPSTREAM_TIMEOUT,
];

/** What is asked of retries: what code decides, and what only NGINX's configuration can. */
export interface Retries {
  readonly policy: RetryPolicy | undefined;
  readonly conditions: readonly RetryCondition[];
  /** Asked for, and nothing that NGINX's configuration could do. */
  readonly unserved: readonly string[];
}

type Word = (typeof WORDS)[number];

const NOTHING = { conditions: [], unserved: [] };

/** What holds without the annotation (ingress-nginx: section C). */
const DEFAULT_WORDS: readonly Word[] = ["error", "timeout"];

/** Those of the annotation or of its default, and what the global settings add to either. */
function wordsOf(context: AnnotationContext): readonly Word[] {
  const words = context.read(PROXY_NEXT_UPSTREAM) ?? DEFAULT_WORDS;
  return liveSetting(context.global, RETRY_NON_IDEMPOTENT) ? [...words, "non_idempotent"] : words;
}

/** When failed attempts of an Ingress are made again (ingress-nginx: section C). */
export function readRetries(context: AnnotationContext): Retries {
  const words = wordsOf(context);
  const attempts = context.read(PROXY_NEXT_UPSTREAM_TRIES) ?? 3;
  const seconds = context.read(PROXY_NEXT_UPSTREAM_TIMEOUT) ?? 0;
  if (words.includes("off")) {
    return { policy: { attempts: 1, seconds: 0, onError: false, onTimeout: false, onStatus: [] }, ...NOTHING };
  }
  const conditions = RETRY_CONDITIONS.filter((word) => words.includes(word));
  const onStatus = conditions.filter((word) => word.startsWith("http_")).map((word) => Number(word.substring(5)));
  const onError = words.includes("error");
  const onTimeout = words.includes("timeout");
  const unserved = UNSERVED.filter((word) => words.includes(word));
  const usual = attempts === 3 && seconds === 0 && onError && onTimeout && conditions.length === 0;
  return { policy: usual ? undefined : { attempts, seconds, onError, onTimeout, onStatus }, conditions, unserved };
}
