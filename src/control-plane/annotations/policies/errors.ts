import { INTERCEPTABLE, interceptionName } from "../../../snapshot/interceptions.ts";
import { PLAIN_PROFILE, profileName } from "../../../snapshot/profiles.ts";
import type { ErrorPolicy, RoutePolicies } from "../../../snapshot/route-policies.ts";
import { approximated, badValue } from "../../problems/annotation-problems.ts";
import { FIRST_PORT } from "../../translate/backend-ref.ts";
import type { Parser, ServedAnnotation } from "../annotation.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import { served } from "../served.ts";
import { normalize, parseBoolean } from "../value-parsers.ts";

const error = served("Hosts, paths and errors", "location");

export const DEFAULT_BACKEND = error("medium", {
  name: "default-backend",
  parser: (text) => {
    const name = normalize(text);
    return /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name) ? { ok: true, value: name } : { ok: false };
  },
  default: "none",
  doc: "The Service, of the Ingress's namespace, that answers by its first port when there is no endpoint, and for `custom-http-errors`.",
  onBadValue: "no default backend",
  badValue: badValue(
    "This names no Service: there is no default backend.",
    "Write the name of a Service of this namespace.",
  ),
});

const parseStatuses: Parser<readonly number[]> = (text) => {
  const statuses = normalize(text)
    .split(",")
    .map((status) => status.trim());
  if (!statuses.every((status) => /^[45]\d\d$/.test(status))) return { ok: false };
  return { ok: true, value: [...new Set(statuses.map(Number))].sort((left, right) => left - right) };
};

export const CUSTOM_HTTP_ERRORS = error("medium", {
  name: "custom-http-errors",
  parser: parseStatuses,
  default: "none",
  doc: "Statuses, with commas between them, that the default backend answers in place of endpoints.",
  onBadValue: "errors as they are",
  badValue: badValue("These are no statuses of errors: they go to the client as they are.", 'Write e.g. "404,503".'),
});

export const DISABLE_PROXY_INTERCEPT_ERRORS = error("low", {
  name: "disable-proxy-intercept-errors",
  parser: parseBoolean,
  default: "`false`",
  doc: "Leaves the error responses of endpoints as they are; `custom-http-errors` counts for Limpet's own then.",
  onBadValue: "`false`",
  badValue: badValue("This is no boolean: custom-http-errors counts for endpoints too.", 'Write "true" or "false".'),
});

export const ERROR_ANNOTATIONS: readonly ServedAnnotation<unknown>[] = [
  DEFAULT_BACKEND,
  CUSTOM_HTTP_ERRORS,
  DISABLE_PROXY_INTERCEPT_ERRORS,
];

function reportLeft(context: AnnotationContext, statuses: readonly number[]): void {
  const message = `The default backend answers ${statuses.join(", ")} only where Limpet says so itself: what endpoints answer goes to the client.`;
  const hint = `Statuses of endpoints that can be taken away are ${INTERCEPTABLE.join(", ")}, from HTTP endpoints without buffering.`;
  context.report(CUSTOM_HTTP_ERRORS, approximated(message, hint));
}

/** The errors that a default backend answers (ingress-nginx: custom-http-errors). */
export function readErrors(context: AnnotationContext): Partial<RoutePolicies> {
  const service = context.read(DEFAULT_BACKEND);
  const statuses = context.read(CUSTOM_HTTP_ERRORS);
  const untouched = context.read(DISABLE_PROXY_INTERCEPT_ERRORS) ?? false;
  const backend = service === undefined ? {} : { defaultBackend: `${context.namespace}/${service}:${FIRST_PORT}` };
  if (statuses === undefined) return backend;
  const taken = untouched ? [] : statuses.filter((status) => INTERCEPTABLE.includes(status));
  if (!untouched && taken.length < statuses.length) {
    reportLeft(
      context,
      statuses.filter((status) => !taken.includes(status)),
    );
  }
  const errors: ErrorPolicy = taken.length === 0 ? { statuses } : { statuses, location: interceptionName(taken) };
  return { ...backend, errors };
}

/** Errors of Endpoints are taken away in locations that differ from the plain one in nothing else. */
export function settleErrors(context: AnnotationContext, policies: RoutePolicies): RoutePolicies {
  const { errors, profile } = policies;
  const plain = profile === undefined || profile === profileName(PLAIN_PROFILE);
  if (errors?.location === undefined || plain) return policies;
  reportLeft(context, errors.statuses);
  return { ...policies, errors: { statuses: errors.statuses } };
}
