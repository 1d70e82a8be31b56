import type { Origin } from "../sources/source.ts";
import type { Problem, Severity } from "./problem.ts";

/** The object that a Problem is about, and the file it stands in when it came from one. */
export interface Subject {
  /** `Ingress default/web`. */
  readonly object: string;
  readonly origin?: Origin;
}

/** A Problem with one annotation: where it stands and what it says. */
export type AnnotationProblem = (subject: Subject, field: string, value: string) => Problem;

const SHOWN_VALUE = 120;

/** At most so much of a value is shown. */
export function shorten(value: string): string {
  return value.length <= SHOWN_VALUE ? value : `${value.substring(0, SHOWN_VALUE)}…`;
}

/** What a Problem says besides its code. */
export interface Details extends Pick<Problem, "field" | "value" | "message" | "hint"> {
  readonly subject: Subject;
}

export function makeProblem(code: string, severity: Severity, { subject, value, ...details }: Details): Problem {
  const { object, origin } = subject;
  const place = origin === undefined ? {} : { file: origin.file, line: origin.line };
  const { field, message, hint } = details;
  return { code, severity, object, field, value: shorten(value), message, hint, ...place };
}
