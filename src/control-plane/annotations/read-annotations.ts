import type { RoutePolicies } from "../../snapshot/route-policies.ts";
import type { Metadata } from "../objects/model.ts";
import type { Subject } from "../problems/make-problem.ts";
import type { Problem } from "../problems/problem.ts";
import {
  annotationNotSupportedYet,
  annotationObsolete,
  annotationRefused,
  annotationUnknown,
  canaryNotSupportedYet,
  guardNotSupportedYet,
} from "../problems/translate-problems.ts";
import type { Annotation, PendingAnnotation, RefusedAnnotation } from "./annotation.ts";
import { AnnotationContext, type NamedLookUp } from "./annotation-context.ts";
import { ANNOTATIONS, findAnnotation } from "./annotation-table.ts";
import {
  annotationField,
  collectAnnotations,
  type GivenAnnotation,
  type GivenAnnotations,
} from "./collect-annotations.ts";
import { nearestName } from "./nearest-name.ts";
import { type HttpsWishes, readHttpsWishes } from "./policies/https-redirect.ts";
import { readPolicies } from "./policies/read-policies.ts";
import { type AffinitySettings, readAffinity } from "./read-affinity.ts";
import { normalize, parseBoolean } from "./value-parsers.ts";

/** Everything that the annotations of an Ingress say. */
export interface AnnotationReading {
  readonly affinity: AffinitySettings | undefined;
  readonly policies: RoutePolicies | undefined;
  readonly https: HttpsWishes;
  /** Something that guards access is not served: every Route answers 503. */
  readonly closed: boolean;
  /** It adds a share of somebody else's Routes, none of its own. */
  readonly canary: boolean;
}

const NAMES: readonly string[] = ANNOTATIONS.map(({ name }) => name);

function isCanary(given: GivenAnnotations): boolean {
  const found = given.get("canary");
  const parsed = parseBoolean(found?.text ?? "");
  return parsed.ok && parsed.value;
}

function pendingProblem(
  subject: Subject,
  annotation: PendingAnnotation,
  given: GivenAnnotation,
  canary: boolean,
): Problem {
  const field = annotationField(given.key);
  if (annotation.guards) return guardNotSupportedYet(subject, field, given.text);
  if (annotation.name === "canary" && canary) return canaryNotSupportedYet(subject, field, given.text);
  return annotationNotSupportedYet(subject, field, given.text);
}

/** Whether it asks for something that does not happen anyway. */
function asks(annotation: PendingAnnotation | RefusedAnnotation, text: string): boolean {
  return !annotation.harmless.includes(normalize(text));
}

function reportUnserved(
  subject: Subject,
  name: string,
  annotation: Annotation | undefined,
  given: GivenAnnotation,
  canary: boolean,
): Problem | undefined {
  const field = annotationField(given.key);
  if (annotation === undefined) return annotationUnknown(subject, field, given.text, nearestName(name, NAMES));
  if (annotation.status === "served") return undefined;
  if (annotation.status === "obsolete") return annotationObsolete(subject, field, given.text);
  if (!asks(annotation, given.text)) return undefined;
  if (annotation.status === "not-yet") return pendingProblem(subject, annotation, given, canary);
  return annotationRefused(subject, field, given.text, annotation.guards, annotation.instead);
}

function guards(annotation: Annotation | undefined, text: string): boolean {
  if (annotation === undefined || annotation.status === "served" || annotation.status === "obsolete") return false;
  return annotation.guards && asks(annotation, text);
}

/**
 * Reads all annotations under our prefixes.
 *
 * @param prefixes without the slash, the strongest first
 * @param objects Secrets and ConfigMaps that annotations name
 * @param problems gets one for each thing that is wrong; reading never stops at the first
 */
export function readAnnotations(
  subject: Subject,
  { namespace, annotations }: Pick<Metadata, "namespace" | "annotations">,
  prefixes: readonly string[],
  objects: NamedLookUp,
  problems: Problem[],
): AnnotationReading {
  const given = collectAnnotations(subject, annotations, prefixes, problems);
  const canary = isCanary(given);
  let closed = false;
  for (const [name, found] of given) {
    const annotation = findAnnotation(name);
    closed ||= guards(annotation, found.text);
    const problem = reportUnserved(subject, name, annotation, found, canary);
    if (problem !== undefined) problems.push(problem);
  }
  const context = new AnnotationContext(subject, namespace, given, objects, problems);
  const affinity = readAffinity(context);
  const policies = readPolicies(context);
  const https = readHttpsWishes(context);
  return { affinity, policies, https, closed: closed || context.closed, canary };
}
