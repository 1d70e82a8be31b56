import type { ConfigMap, Secret } from "../objects/model.ts";
import type { AnnotationProblem, Subject } from "../problems/make-problem.ts";
import type { Problem } from "../problems/problem.ts";
import { defaultOf, type GlobalSettings, liveSetting } from "../settings/global-settings.ts";
import { ALLOW_CROSS_NAMESPACE_RESOURCES } from "../settings/live-settings.ts";
import type { BackendRef, OtherRef } from "../translate/backend-ref.ts";
import type { TrustPlaces } from "../trust/trust-places.ts";
import type { ServedAnnotation } from "./annotation.ts";
import { annotationField, type GivenAnnotation, type GivenAnnotations } from "./collect-annotations.ts";

/** Objects that annotations name, by `namespace/name`; undefined while they are missing. To ask is to say that one is needed. */
export interface NamedLookUp {
  readonly secret: (name: string) => Secret | undefined;
  readonly configMap: (name: string) => ConfigMap | undefined;
}

/** What the annotations of an Ingress are read among. */
export interface Surroundings {
  readonly objects: NamedLookUp;
  readonly global: GlobalSettings;
  readonly trust: TrustPlaces;
}

/** One Ingress whose annotations are read, and what was found on the way. */
export class AnnotationContext {
  readonly subject: Subject;
  /** Of the Ingress: where names without one belong. */
  readonly namespace: string;
  readonly given: GivenAnnotations;
  readonly objects: NamedLookUp;
  readonly global: GlobalSettings;
  /** Where authorities are put that verify Endpoints. */
  readonly trust: TrustPlaces;
  readonly #hosts: string[];
  readonly #problems: Problem[];
  #closed = false;
  readonly #others: OtherRef[] = [];

  constructor(
    subject: Subject,
    namespace: string,
    given: GivenAnnotations,
    { objects, global, trust }: Surroundings,
    problems: Problem[],
    hosts: readonly string[] = [],
  ) {
    this.subject = subject;
    this.namespace = namespace;
    this.given = given;
    this.objects = objects;
    this.global = global;
    this.trust = trust;
    this.#hosts = [...hosts];
    this.#problems = problems;
  }

  /** What the Ingress serves: the hosts of its rules, empty for every host, and their other names. */
  get hosts(): readonly string[] {
    return this.#hosts;
  }

  /** The Ingress serves these hosts too. */
  alsoServes(hosts: readonly string[]): void {
    this.#hosts.push(...hosts);
  }

  /** Whether something that guards access cannot be honoured. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * `namespace/name` of an object that an annotation names; undefined: it is of another namespace, and the global settings do
   * not let annotations reach there.
   */
  objectName(given: string): string | undefined {
    const name = given.includes("/") ? given : `${this.namespace}/${given}`;
    const isOwn = name.startsWith(`${this.namespace}/`);
    return isOwn || liveSetting(this.global, ALLOW_CROSS_NAMESPACE_RESOURCES) ? name : undefined;
  }

  /** Further Backends that the Routes lead to. */
  get others(): readonly OtherRef[] {
    return this.#others;
  }

  /** An annotation that is there leads to a Backend: what is wrong with that is a Problem of the annotation. */
  leadTo({ name }: { readonly name: string }, ref: BackendRef): void {
    const found = this.given.get(name);
    if (found !== undefined)
      this.#others.push({ ...ref, named: { field: annotationField(found.key), value: found.text } });
  }

  /** A global setting leads to a Backend for this Ingress too. */
  leadGlobally({ key }: { readonly key: string }, ref: BackendRef): void {
    this.#others.push({ ...ref, named: { field: key, value: ref.id } });
  }

  /**
   * What an annotation says, or else what the global settings say for it; undefined when neither does, and when it cannot be
   * used: then that is a Problem.
   */
  read<T>(annotation: ServedAnnotation<T>): T | undefined {
    const found = this.given.get(annotation.name);
    if (found === undefined) return defaultOf(this.global, annotation);
    const parsed = annotation.parser(found.text);
    if (parsed.ok) return parsed.value;
    this.#report(found, annotation.badValue);
    if (annotation.guards === true) this.#closed = true;
    return undefined;
  }

  /** Whether an annotation is there, whatever it says. */
  has({ name }: { readonly name: string }): boolean {
    return this.given.has(name);
  }

  /** Whether an annotation is there, or the global settings say something in its place. */
  says(annotation: ServedAnnotation<unknown>): boolean {
    return this.has(annotation) || defaultOf(this.global, annotation) !== undefined;
  }

  /** A Problem with an annotation that is there. */
  report({ name }: { readonly name: string }, problem: AnnotationProblem): void {
    const found = this.given.get(name);
    if (found !== undefined) this.#report(found, problem);
  }

  /** The same, and access depends on it: every Route of the Ingress is closed. */
  close(annotation: { readonly name: string }, problem: AnnotationProblem): void {
    this.report(annotation, problem);
    this.#closed = true;
  }

  #report({ key, text }: GivenAnnotation, problem: AnnotationProblem): void {
    this.#problems.push(problem(this.subject, annotationField(key), text));
  }
}
