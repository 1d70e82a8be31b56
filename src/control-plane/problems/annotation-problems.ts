import { type AnnotationProblem, makeProblem } from "./make-problem.ts";
import type { Catalogue } from "./render-problems-page.ts";

/** What can be wrong with any annotation; what is particular to one stands in its message and hint. */
export const ANNOTATION_PROBLEMS = {
  "annotation/bad-value": {
    severity: "warning",
    meaning: "The value of an annotation cannot be used; what the reference says under “bad value” holds.",
  },
  "annotation/guard-bad-value": {
    severity: "error",
    meaning:
      "An annotation that guards access cannot be honoured as it is written; the Routes are closed and answer 503.",
  },
  "annotation/object-missing": {
    severity: "error",
    meaning: "An annotation names a Secret, a ConfigMap or a Service that is missing or does not hold what it must.",
  },
  "annotation/url-unreachable": {
    severity: "error",
    meaning:
      "The host of a URL does not resolve, or leads to an address that is not used. It is looked up again and again.",
  },
  "annotation/url-stale": {
    severity: "warning",
    meaning: "The host of a URL does not resolve any more; the addresses that it had last are used.",
  },
  "annotation/no-effect": {
    severity: "warning",
    meaning: "An annotation stands where it cannot have an effect.",
  },
  "annotation/approximated": {
    severity: "warning",
    meaning: "What an annotation asks for is done nearly: NGINX has no setting that could differ from Route to Route.",
  },
} as const satisfies Catalogue;

type Code = keyof typeof ANNOTATION_PROBLEMS;

function problem(code: Code, message: string, hint: string): AnnotationProblem {
  const { severity } = ANNOTATION_PROBLEMS[code];
  return (subject, field, value) => makeProblem(code, severity, { subject, field, value, message, hint });
}

/** @param message what is wrong, and what holds instead @param hint what to write */
export function badValue(message: string, hint: string): AnnotationProblem {
  return problem("annotation/bad-value", message, hint);
}

/** @param message what is wrong; that the Routes are closed is added */
export function guardBadValue(message: string, hint: string): AnnotationProblem {
  return problem("annotation/guard-bad-value", `${message}; the Routes are closed and answer 503.`, hint);
}

/** @param message what is missing, and what happens now */
export function objectMissing(message: string, hint: string): AnnotationProblem {
  return problem("annotation/object-missing", message, hint);
}

/** @param message why it has none */
export function noEffect(message: string, hint: string): AnnotationProblem {
  return problem("annotation/no-effect", message, hint);
}

/** @param message what is done instead */
export function approximated(message: string, hint: string): AnnotationProblem {
  return problem("annotation/approximated", message, hint);
}

/** The host of a URL and what is wrong with it, as half a sentence. @param stale its last addresses are used */
export function urlProblem({
  host,
  wrong,
  stale,
}: {
  readonly host: string;
  readonly wrong: string;
  readonly stale: boolean;
}): AnnotationProblem {
  const hint = "Correct the host of the URL, or let DNS know it.";
  if (stale) return problem("annotation/url-stale", `${host}: ${wrong}; its last addresses are used.`, hint);
  return problem("annotation/url-unreachable", `${host}: ${wrong}.`, hint);
}
