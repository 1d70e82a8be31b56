import type { RoutePolicies } from "../../snapshot/route-policies.ts";
import type { Metadata } from "../objects/model.ts";
import type { Subject } from "../problems/make-problem.ts";
import type { Problem } from "../problems/problem.ts";
import { annotationObsolete, annotationRefused, annotationUnknown } from "../problems/translate-problems.ts";
import type { OtherRef } from "../translate/backend-ref.ts";
import type { Annotation, RefusedAnnotation } from "./annotation.ts";
import { AnnotationContext, type Surroundings } from "./annotation-context.ts";
import { ANNOTATIONS, findAnnotation } from "./annotation-table.ts";
import {
  annotationField,
  collectAnnotations,
  type GivenAnnotation,
  type GivenAnnotations,
} from "./collect-annotations.ts";
import { nearestName } from "./nearest-name.ts";
import { SERVICE_UPSTREAM } from "./policies/balancing.ts";
import { type CipherWishes, readCipherWishes } from "./policies/ciphers.ts";
import { type HttpsWishes, readHttpsWishes } from "./policies/https-redirect.ts";
import { readPolicies } from "./policies/read-policies.ts";
import { type AffinitySettings, readAffinity } from "./read-affinity.ts";
import { type CanarySettings, readCanary, readCanaryConsent } from "./read-canary.ts";
import { NO_ROUTING, type RoutingReading, readRouting } from "./read-routing.ts";
import { normalize, parseBoolean } from "./value-parsers.ts";

/** Everything that the annotations of an Ingress say. */
export interface AnnotationReading {
  readonly affinity: AffinitySettings | undefined;
  readonly policies: RoutePolicies | undefined;
  /** Requests go to the addresses of Services instead of their Endpoints. */
  readonly serviceUpstream: boolean;
  /** Further Backends that the policies lead to. */
  readonly others: readonly OtherRef[];
  readonly routing: RoutingReading;
  readonly https: HttpsWishes;
  readonly ciphers: CipherWishes;
  /** Something that guards access is not served: every Route answers 503. */
  readonly closed: boolean;
  /** It is a canary: an alternative to somebody else's Routes, with none of its own. Nothing else that it says counts. */
  readonly canary: CanarySettings | undefined;
  /** Namespaces besides its own from which it takes canaries; `*` for all. */
  readonly canaryNamespaces: readonly string[];
}

const NAMES: readonly string[] = ANNOTATIONS.map(({ name }) => name);

function isCanary(given: GivenAnnotations): boolean {
  const found = given.get("canary");
  const parsed = parseBoolean(found?.text ?? "");
  return parsed.ok && parsed.value;
}

/** A canary goes by its main in everything else: of that, only a slip of the pen is told. */
function readCanaryAlone(context: AnnotationContext, problems: Problem[]): AnnotationReading {
  for (const [name, found] of context.given) {
    if (findAnnotation(name) !== undefined) continue;
    problems.push(annotationUnknown(context.subject, annotationField(found.key), found.text, nearestName(name, NAMES)));
  }
  const nothing = {
    affinity: undefined,
    policies: undefined,
    routing: NO_ROUTING,
    https: readHttpsWishes(context),
    ciphers: readCipherWishes(context),
    serviceUpstream: false,
    others: [],
    closed: false,
  };
  return { ...nothing, canary: readCanary(context), canaryNamespaces: [] };
}

/** Whether it asks for something that does not happen anyway. */
function asks(annotation: RefusedAnnotation, text: string): boolean {
  return !annotation.harmless.includes(normalize(text));
}

function reportUnserved(
  subject: Subject,
  name: string,
  annotation: Annotation | undefined,
  given: GivenAnnotation,
): Problem | undefined {
  const field = annotationField(given.key);
  if (annotation === undefined) return annotationUnknown(subject, field, given.text, nearestName(name, NAMES));
  if (annotation.status === "served") return undefined;
  if (annotation.status === "obsolete") return annotationObsolete(subject, field, given.text);
  if (!asks(annotation, given.text)) return undefined;
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
 * @param problems gets one for each thing that is wrong; reading never stops at the first
 * @param hosts what the Ingress's rules are for; empty: every host
 */
export function readAnnotations(
  subject: Subject,
  { namespace, annotations }: Pick<Metadata, "namespace" | "annotations">,
  prefixes: readonly string[],
  surroundings: Surroundings,
  problems: Problem[],
  hosts: readonly string[] = [],
): AnnotationReading {
  const given = collectAnnotations(subject, annotations, prefixes, problems);
  const context = new AnnotationContext(subject, namespace, given, surroundings, problems, hosts);
  if (isCanary(given)) return readCanaryAlone(context, problems);
  let closed = false;
  for (const [name, found] of given) {
    const annotation = findAnnotation(name);
    closed ||= guards(annotation, found.text);
    const problem = reportUnserved(subject, name, annotation, found);
    if (problem !== undefined) problems.push(problem);
  }
  const canaryNamespaces = readCanaryConsent(context);
  const affinity = readAffinity(context);
  const routing = readRouting(context);
  context.alsoServes(routing.aliases?.hosts ?? []);
  const policies = readPolicies(context);
  const serviceUpstream = context.read(SERVICE_UPSTREAM) === true;
  const https = readHttpsWishes(context);
  const ciphers = readCipherWishes(context);
  const { others } = context;
  const guarded = closed || context.closed;
  const whole = { affinity, policies, routing, https, ciphers, serviceUpstream, others };
  return { ...whole, closed: guarded, canary: undefined, canaryNamespaces };
}
