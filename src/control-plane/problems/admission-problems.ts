import { showValue } from "../objects/show-value.ts";
import type { Problem } from "./problem.ts";
import type { Catalogue } from "./render-problems-page.ts";

/** Every code that the admission webhook refuses an Ingress for. */
export const ADMISSION_PROBLEMS = {
  "admission/path-taken": {
    severity: "error",
    meaning: "Another Ingress has the same host and path; the webhook refuses this one.",
  },
  "admission/suspicious-text": {
    severity: "error",
    meaning: "A host, a path or a Secret's name looks like an attempt to write configuration; the webhook refuses it.",
  },
  "admission/path-type-strict": {
    severity: "error",
    meaning:
      "A path of the type `Exact` or `Prefix` holds other characters than letters, digits and `/-._`; the webhook refuses it.",
  },
  "admission/snippet": {
    severity: "error",
    meaning: "An annotation holds raw configuration; the webhook refuses it.",
  },
  "admission/word-blocked": {
    severity: "error",
    meaning:
      "An annotation holds a word of the global setting `annotation-value-word-blocklist`; the webhook refuses it.",
  },
  "admission/prefix-not-read": {
    severity: "error",
    meaning:
      "An annotation of ingress-nginx stands under a prefix that `--annotation-prefix` leaves out; the webhook refuses it.",
  },
} as const satisfies Catalogue;

/** Where in an object something stands, and what. */
export interface Found {
  /** `Ingress default/web`. */
  readonly object: string;
  readonly field: string;
  readonly value: string;
}

function make(code: keyof typeof ADMISSION_PROBLEMS, found: Found, message: string, hint: string): Problem {
  const { severity } = ADMISSION_PROBLEMS[code];
  return { code, severity, ...found, value: showValue(found.value), message, hint };
}

/** @param host in lower case, or the catch-all's name; @param owner `namespace/name` of the Ingress that has the path */
export function pathTaken(found: Found, host: string, owner: string): Problem {
  const place = `host ${JSON.stringify(showValue(host))} and path ${JSON.stringify(showValue(found.value))}`;
  return make(
    "admission/path-taken",
    found,
    // The words that people search for (ingress-nginx 1.15.1).
    `${place} is already defined in ingress ${owner}.`,
    "Choose another host or path, or take it out of that Ingress first.",
  );
}

export function suspiciousText(found: Found): Problem {
  return make(
    "admission/suspicious-text",
    found,
    "This looks like an attempt to write NGINX configuration or to reach files.",
    "Choose another name; --deep-inspect=false switches this check off.",
  );
}

/** @param type of the path */
export function pathTypeStrict(found: Found, type: string): Problem {
  return make(
    "admission/path-type-strict",
    found,
    `A path of the type ${type} is letters, digits and the characters / - . _ only.`,
    "Write pathType: ImplementationSpecific; the global setting strict-validate-path-type switches this check off.",
  );
}

export function snippetRefused(found: Found): Problem {
  const instead = "Use the annotation for the purpose, or let the application do it.";
  return make("admission/snippet", found, "Raw configuration is never taken.", instead);
}

/** @param word of the list */
export function wordBlocked(found: Found, word: string): Problem {
  return make(
    "admission/word-blocked",
    found,
    `No annotation may hold ${JSON.stringify(word)} (annotation-value-word-blocklist).`,
    "Do without it, or ask whoever runs Limpet.",
  );
}

/** @param prefixes those that are read */
export function prefixNotRead(found: Found, prefixes: readonly string[]): Problem {
  const read = prefixes.join(" and ");
  return make(
    "admission/prefix-not-read",
    found,
    `Nobody reads annotations under this prefix: --annotation-prefix names ${read}.`,
    `Write it under ${prefixes[0]}/, or remove it.`,
  );
}
