import type { Annotation } from "../annotations/annotation.ts";
import { findAnnotation } from "../annotations/annotation-table.ts";
import { annotationField, collectAnnotations, type GivenAnnotation } from "../annotations/collect-annotations.ts";
import { type Ingress, objectName } from "../objects/model.ts";
import {
  pathTaken,
  pathTypeStrict,
  prefixNotRead,
  snippetRefused,
  suspiciousText,
  wordBlocked,
} from "../problems/admission-problems.ts";
import type { Problem } from "../problems/problem.ts";
import { type GlobalSettings, liveSetting } from "../settings/global-settings.ts";
import { ANNOTATION_VALUE_WORD_BLOCKLIST, STRICT_VALIDATE_PATH_TYPE } from "../settings/live-settings.ts";
import { suspiciousTexts } from "./deep-inspection.ts";
import { type PathIndex, placesOf } from "./path-index.ts";

/** What is refused besides what always is. */
export interface RefusalRules {
  /** Of annotations, without the slash, the strongest first. */
  readonly annotationPrefixes: readonly string[];
  /** Look for attempts to write configuration. */
  readonly deepInspect: boolean;
  /** Whether paths of the types Exact and Prefix are held to plain characters, and words that no annotation may hold. */
  readonly global: GlobalSettings;
}

const NGINX_PREFIX = "nginx.ingress.kubernetes.io";

/** What ingress-nginx's `strict-validate-path-type` lets pass. */
const PLAIN_PATH = /^\/[A-Za-z0-9._\-/]*$/;

function objectOf({ metadata }: Ingress): string {
  return objectName("Ingress", metadata);
}

function strictPaths(ingress: Ingress): readonly Problem[] {
  return ingress.rules.flatMap((rule, i) =>
    (rule.paths ?? []).flatMap(({ path, pathType, position }, j) => {
      if (pathType === "ImplementationSpecific" || path === "" || PLAIN_PATH.test(path)) return [];
      const field = `spec.rules[${rule.position ?? i}].http.paths[${position ?? j}].path`;
      return [pathTypeStrict({ object: objectOf(ingress), field, value: path }, pathType)];
    }),
  );
}

/** A value for which ingress-nginx rejects the whole Ingress; undefined when this is none. */
export function rejectedValue(
  object: string,
  annotation: Annotation | undefined,
  { key, text }: GivenAnnotation,
): Problem | undefined {
  if (annotation?.status !== "served" || annotation.rejected !== true) return undefined;
  return annotation.parser(text).ok ? undefined : annotation.badValue({ object }, annotationField(key), text);
}

/** Annotations of ingress-nginx that stand where nobody looks. */
function unread(ingress: Ingress, prefixes: readonly string[]): readonly Problem[] {
  if (prefixes.includes(NGINX_PREFIX)) return [];
  const strangers = Object.entries(ingress.metadata.annotations).filter(([key]) => key.startsWith(`${NGINX_PREFIX}/`));
  return strangers.map(([key, value]) =>
    prefixNotRead({ object: objectOf(ingress), field: annotationField(key), value }, prefixes),
  );
}

function isUnder(key: string, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => key.startsWith(`${prefix}/`));
}

/** An empty one too: the next edit would fill it. */
function snippets(ingress: Ingress, prefixes: readonly string[]): readonly Problem[] {
  const isSnippet = (key: string) => key.endsWith("-snippet") && isUnder(key, prefixes);
  const found = Object.entries(ingress.metadata.annotations).filter(([key]) => isSnippet(key));
  return found.map(([key, value]) => snippetRefused({ object: objectOf(ingress), field: annotationField(key), value }));
}

/** Under each prefix by itself: a value that loses to another prefix may win tomorrow. */
function rejectedValues(ingress: Ingress, prefixes: readonly string[]): readonly Problem[] {
  const object = objectOf(ingress);
  return prefixes.flatMap((prefix) => {
    const given = collectAnnotations({ object }, ingress.metadata.annotations, [prefix], []);
    return [...given].flatMap(([name, it]) => rejectedValue(object, findAnnotation(name), it) ?? []);
  });
}

/** Annotations that hold a word which the global settings allow in none. */
function blockedWords(ingress: Ingress, { annotationPrefixes, global }: RefusalRules): readonly Problem[] {
  const words = liveSetting(global, ANNOTATION_VALUE_WORD_BLOCKLIST);
  const object = objectOf(ingress);
  return Object.entries(ingress.metadata.annotations).flatMap(([key, value]) => {
    const word = words.find((it) => value.includes(it));
    if (word === undefined || !isUnder(key, annotationPrefixes)) return [];
    return [wordBlocked({ object, field: annotationField(key), value }, word)];
  });
}

function takenPaths(ingress: Ingress, paths: PathIndex): readonly Problem[] {
  return placesOf(ingress).flatMap((place) => {
    const owner = paths.owner(ingress, place);
    if (owner === undefined) return [];
    return [pathTaken({ object: objectOf(ingress), field: place.field, value: place.path }, place.host, owner)];
  });
}

/**
 * Why an Ingress that is ours is refused; nothing when it is not. All reasons at once, in the order of ingress-nginx's
 * own checks (1.15.1, validating webhook).
 *
 * @param paths of the other Ingresses; what it says of this one itself does not matter
 */
export function refusals(ingress: Ingress, paths: PathIndex, rules: RefusalRules): readonly Problem[] {
  const { annotationPrefixes, deepInspect, global } = rules;
  const object = objectOf(ingress);
  return [
    ...(deepInspect ? suspiciousTexts(ingress).map((text) => suspiciousText({ object, ...text })) : []),
    ...(liveSetting(global, STRICT_VALIDATE_PATH_TYPE) ? strictPaths(ingress) : []),
    ...unread(ingress, annotationPrefixes),
    ...blockedWords(ingress, rules),
    ...snippets(ingress, annotationPrefixes),
    ...rejectedValues(ingress, annotationPrefixes),
    ...takenPaths(ingress, paths),
  ];
}
