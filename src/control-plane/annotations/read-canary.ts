import type { CanaryPolicy } from "../../snapshot/route-policies.ts";
import { noEffect } from "../problems/annotation-problems.ts";
import { AFFINITY_CANARY_BEHAVIOR } from "./affinity-annotations.ts";
import type { AnnotationContext } from "./annotation-context.ts";
import {
  CANARY,
  CANARY_BOUND_SESSIONS,
  CANARY_BY_COOKIE,
  CANARY_BY_HEADER,
  CANARY_BY_HEADER_PATTERN,
  CANARY_BY_HEADER_VALUE,
  CANARY_NAMESPACES,
  CANARY_SETTINGS,
  CANARY_WEIGHT,
  CANARY_WEIGHT_TOTAL,
} from "./canary-annotations.ts";

/** What a canary Ingress says of the requests that it gets; where they go stands in its rules. */
export type CanarySettings = Omit<CanaryPolicy, "backend" | "service" | "mark" | "formerMark">;

type HeaderRule = Pick<CanaryPolicy, "header" | "headerValue" | "headerPattern">;

const WITHOUT_CANARY = noEffect(
  "The Ingress is no canary: this has no effect.",
  'Add "canary" with the value "true", or remove the annotation.',
);
const WITHOUT_HEADER = noEffect(
  "No header is named: this has no effect.",
  'Name one with "canary-by-header", or remove the annotation.',
);
const PATTERN_BESIDE_VALUE = noEffect(
  "There is a value as well, and it alone counts.",
  "Remove one of the two annotations.",
);
const ON_CANARY = noEffect("A canary has no canaries: this has no effect.", "Write it at the main Ingress.");
const FOLLOWS_WITHOUT_AFFINITY = noEffect(
  "A legacy canary has no sessions: they stay where the main has them.",
  'Write "affinity-canary-behavior" as "sticky", or remove the annotation.',
);

/** A rule that cannot be used as it is written chooses nobody: less than was meant must not become more. */
function readHeaderRule(context: AnnotationContext): HeaderRule {
  const header = context.read(CANARY_BY_HEADER);
  const value = context.read(CANARY_BY_HEADER_VALUE);
  const pattern = context.read(CANARY_BY_HEADER_PATTERN);
  const named = context.has(CANARY_BY_HEADER);
  if (!named)
    for (const given of [CANARY_BY_HEADER_VALUE, CANARY_BY_HEADER_PATTERN]) context.report(given, WITHOUT_HEADER);
  if (header === undefined) return {};
  // As NGINX's variables have it: neither case nor a `-` for a `_` makes another header.
  const name = { header: header.toLowerCase().replaceAll("-", "_") };
  if (context.has(CANARY_BY_HEADER_VALUE)) {
    context.report(CANARY_BY_HEADER_PATTERN, PATTERN_BESIDE_VALUE);
    return value === undefined ? {} : { ...name, headerValue: value };
  }
  if (context.has(CANARY_BY_HEADER_PATTERN)) return pattern === undefined ? {} : { ...name, headerPattern: pattern };
  return name;
}

function readFollow(context: AnnotationContext, sticky: boolean): boolean {
  const follow = context.read(CANARY_BOUND_SESSIONS) === "follow-weight";
  if (follow && !sticky) context.report(CANARY_BOUND_SESSIONS, FOLLOWS_WITHOUT_AFFINITY);
  return follow && sticky;
}

/** What the annotations of a canary Ingress say (ingress-nginx: canary, annotations). */
export function readCanary(context: AnnotationContext): CanarySettings {
  const cookie = context.read(CANARY_BY_COOKIE);
  const sticky = context.read(AFFINITY_CANARY_BEHAVIOR) !== "legacy";
  context.report(CANARY_NAMESPACES, ON_CANARY);
  return {
    weight: context.read(CANARY_WEIGHT) ?? 0,
    total: context.read(CANARY_WEIGHT_TOTAL) ?? 100,
    ...readHeaderRule(context),
    ...(cookie === undefined ? {} : { cookie }),
    sticky,
    follow: readFollow(context, sticky),
  };
}

/** What an ordinary Ingress says about canaries: the namespaces besides its own from which it takes them. */
export function readCanaryConsent(context: AnnotationContext): readonly string[] {
  context.read(CANARY);
  // One that is switched off keeps its settings, and nobody is told.
  if (!context.has(CANARY)) for (const setting of CANARY_SETTINGS) context.report(setting, WITHOUT_CANARY);
  return context.read(CANARY_NAMESPACES) ?? [];
}
