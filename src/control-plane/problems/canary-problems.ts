import { makeProblem, type Subject } from "./make-problem.ts";
import type { Problem } from "./problem.ts";
import type { Catalogue } from "./render-problems-page.ts";

/** Why a path of a canary Ingress gets no requests. */
export const CANARY_PROBLEMS = {
  "canary/no-main": {
    severity: "error",
    meaning:
      "No other Ingress serves the host and path of a canary with the same path type; that path of the canary gets nothing.",
  },
  "canary/second": {
    severity: "error",
    meaning: "The path of the main Ingress has an older canary already; this one gets nothing there.",
  },
  "canary/same-backend": {
    severity: "warning",
    meaning: "The canary leads to the very Service and port that its main Ingress leads to; it changes nothing.",
  },
  "canary/other-namespace": {
    severity: "error",
    meaning:
      "The main Ingress is in another namespace and does not take canaries of this one; the canary gets nothing.",
  },
  "canary/no-service": {
    severity: "error",
    meaning: "The Service of a canary is missing or has no such port; the main Ingress gets everything.",
  },
} as const satisfies Catalogue;

/** A path of a canary Ingress. */
export interface CanaryPlace {
  readonly subject: Subject;
  readonly field: string;
  readonly host: string;
  readonly path: string;
}

function problem(code: keyof typeof CANARY_PROBLEMS, place: CanaryPlace, message: string, hint: string): Problem {
  const { subject, field, path } = place;
  return makeProblem(code, CANARY_PROBLEMS[code].severity, { subject, field, value: path, message, hint });
}

function shown(host: string): string {
  return host === "_" ? "every host" : host;
}

export function canaryWithoutMain(place: CanaryPlace): Problem {
  return problem(
    "canary/no-main",
    place,
    `No other Ingress serves this path on ${shown(place.host)}: the canary gets nothing here.`,
    "Write host, path and pathType as the main Ingress has them.",
  );
}

/** @param winner the canary that has the place, as `Ingress namespace/name` */
export function secondCanary(place: CanaryPlace, winner: string): Problem {
  return problem(
    "canary/second",
    place,
    `${winner} is the canary of this path on ${shown(place.host)} already: this one gets nothing here.`,
    "Keep one canary for a path; the oldest has it.",
  );
}

/** @param main `Ingress namespace/name` */
export function canaryOfItself(place: CanaryPlace, main: string): Problem {
  return problem(
    "canary/same-backend",
    place,
    `It leads where ${main} leads anyway: the canary changes nothing here.`,
    "Name another Service, or another port.",
  );
}

/** @param main `Ingress namespace/name` */
export function canaryOfOtherNamespace(place: CanaryPlace, main: string, namespace: string): Problem {
  return problem(
    "canary/other-namespace",
    place,
    `${main} takes no canaries of the namespace ${namespace}: this one gets nothing here.`,
    `Add the annotation limpet.dev/canary-namespaces: "${namespace}" to ${main}.`,
  );
}

/** @param id `namespace/service:port` */
export function canaryWithoutService(subject: Subject, field: string, id: string): Problem {
  const { severity } = CANARY_PROBLEMS["canary/no-service"];
  const message = "There is no such Service, or it has no such port: the main Ingress gets everything here.";
  const hint = "Create the Service, or name one that exists.";
  return makeProblem("canary/no-service", severity, { subject, field, value: id, message, hint });
}
