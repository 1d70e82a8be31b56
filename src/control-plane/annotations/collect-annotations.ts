import type { Subject } from "../problems/make-problem.ts";
import type { Problem } from "../problems/problem.ts";
import { annotationBothPrefixes } from "../problems/translate-problems.ts";
import { normalize } from "./value-parsers.ts";

/** What an object says under one name. */
export interface GivenAnnotation {
  /** With its prefix, as written. */
  readonly key: string;
  /** As written, blanks and all. */
  readonly text: string;
}

/** What an object says, by the annotations' names without their prefixes. */
export type GivenAnnotations = ReadonlyMap<string, GivenAnnotation>;

/** `metadata.annotations["limpet.dev/affinity"]`. */
export function annotationField(key: string): string {
  return `metadata.annotations[${JSON.stringify(key)}]`;
}

function* underPrefix(prefix: string, annotations: Readonly<Record<string, string>>): Generator<[string, string]> {
  for (const [key, text] of Object.entries(annotations)) {
    // An empty value counts as absent (ingress-nginx 1.15.1).
    if (key.startsWith(`${prefix}/`) && text !== "") yield [key, text];
  }
}

/**
 * Gathers the annotations under our prefixes; the first prefix that has a name wins.
 *
 * @param prefixes without the slash, the strongest first
 * @param problems gets one for each name that two prefixes give different values
 */
export function collectAnnotations(
  subject: Subject,
  annotations: Readonly<Record<string, string>>,
  prefixes: readonly string[],
  problems: Problem[],
): GivenAnnotations {
  const given = new Map<string, GivenAnnotation>();
  for (const prefix of prefixes) {
    for (const [key, text] of underPrefix(prefix, annotations)) {
      const name = key.substring(prefix.length + 1);
      const winner = given.get(name);
      if (winner === undefined) given.set(name, { key, text });
      else if (normalize(winner.text) !== normalize(text)) {
        const says = { key: winner.key, value: winner.text };
        problems.push(annotationBothPrefixes(subject, annotationField(key), text, says));
      }
    }
  }
  return given;
}
