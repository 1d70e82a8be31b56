import type { RoutePolicies } from "../../../snapshot/route-policies.ts";
import { badValue } from "../../problems/annotation-problems.ts";
import type { ServedAnnotation } from "../annotation.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import { served } from "../served.ts";
import { parseUrl, parseWholeNumber } from "../value-parsers.ts";

const redirect = served("Redirects", "location");

const URL_HINT = 'Write a whole URL such as "https://example.com/new".';

export const PERMANENT_REDIRECT = redirect("medium", {
  name: "permanent-redirect",
  parser: parseUrl,
  default: "none",
  doc: "Answers with a permanent redirect to this URL.",
  onBadValue: "no redirect",
  rejected: true,
  badValue: badValue("This is no URL: the Routes are served without a redirect.", URL_HINT),
});

export const PERMANENT_REDIRECT_CODE = redirect("low", {
  name: "permanent-redirect-code",
  parser: parseWholeNumber(300, 308),
  default: "`301`",
  doc: "The status of `permanent-redirect`: 300 to 308.",
  onBadValue: "`301`",
  rejected: true,
  badValue: badValue("This is no status of a redirect: it is 301.", 'Write a number from "300" to "308".'),
});

export const TEMPORAL_REDIRECT = redirect("low", {
  name: "temporal-redirect",
  parser: parseUrl,
  default: "none",
  doc: "Answers with a temporary redirect to this URL; it wins over `permanent-redirect`.",
  onBadValue: "no redirect",
  rejected: true,
  badValue: badValue("This is no URL: the Routes are served without a redirect.", URL_HINT),
});

export const TEMPORAL_REDIRECT_CODE = redirect("low", {
  name: "temporal-redirect-code",
  parser: parseWholeNumber(300, 307),
  default: "`302`",
  doc: "The status of `temporal-redirect`: 300 to 307.",
  onBadValue: "`302`",
  rejected: true,
  badValue: badValue("This is no status of a temporary redirect: it is 302.", 'Write a number from "300" to "307".'),
});

export const REDIRECT_ANNOTATIONS: readonly ServedAnnotation<unknown>[] = [
  PERMANENT_REDIRECT,
  PERMANENT_REDIRECT_CODE,
  TEMPORAL_REDIRECT,
  TEMPORAL_REDIRECT_CODE,
];

/** The redirect that all Routes of an Ingress answer with (ingress-nginx: section G, redirects). */
export function readRedirect(context: AnnotationContext): Partial<RoutePolicies> {
  const permanent = context.read(PERMANENT_REDIRECT);
  const permanentStatus = context.read(PERMANENT_REDIRECT_CODE) ?? 301;
  const temporal = context.read(TEMPORAL_REDIRECT);
  const temporalStatus = context.read(TEMPORAL_REDIRECT_CODE) ?? 302;
  if (temporal !== undefined) return { redirect: { status: temporalStatus, location: temporal } };
  return permanent === undefined ? {} : { redirect: { status: permanentStatus, location: permanent } };
}
