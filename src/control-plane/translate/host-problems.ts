import { objectMissing, urlProblem } from "../problems/annotation-problems.ts";
import { canaryWithoutService } from "../problems/canary-problems.ts";
import type { Subject } from "../problems/make-problem.ts";
import type { Problem } from "../problems/problem.ts";
import { serviceMissing, servicePortMissing } from "../problems/translate-problems.ts";
import { CLOSED_BACKEND, refOfId } from "./backend-ref.ts";
import { backendOf } from "./backend-uses.ts";
import type { Trouble } from "./build-backend.ts";
import type { BuiltHost, Grant } from "./build-host.ts";
import type { UrlTrouble } from "./url-backend.ts";

/** What is wrong with a Backend, by its id; undefined: nothing. */
export type TroubleOf = (id: string) => Trouble | undefined;

function troubleProblem({ claim, reading }: Grant, trouble: Exclude<Trouble, UrlTrouble>): Problem {
  const { ref, backendField } = claim;
  if (trouble.kind === "service-missing") return serviceMissing(reading.subject, `${backendField}.name`, ref.service);
  return servicePortMissing(reading.subject, `${backendField}.port`, ref.port, ref.service, trouble.ports);
}

function backendProblems(grant: Grant, troubleOf: TroubleOf): readonly Problem[] {
  const { id } = backendOf(grant);
  const trouble = id === CLOSED_BACKEND ? undefined : troubleOf(id);
  return trouble === undefined || trouble.kind === "url" ? [] : [troubleProblem(grant, trouble)];
}

/** @param service `namespace/name` */
function defaultBackendUnusable(subject: Subject, field: string, service: string): Problem {
  const message = `There is no Service ${service} with a TCP port: these Routes have no default backend of their own.`;
  return objectMissing(message, "Create the Service, or name another one.")(subject, field, service);
}

function defaultBackendProblems({ claim, reading }: Grant, troubleOf: TroubleOf): readonly Problem[] {
  const id = claim.route.policies?.defaultBackend;
  const field = reading.routing.defaultBackendField;
  if (id === undefined || field === undefined || troubleOf(id) === undefined) return [];
  return [defaultBackendUnusable(reading.subject, field, refOfId(id).service)];
}

function canaryProblems({ canary }: Grant, troubleOf: TroubleOf): readonly Problem[] {
  if (canary === undefined || troubleOf(canary.claim.ref.id) === undefined) return [];
  return [canaryWithoutService(canary.reading.subject, canary.claim.backendField, canary.claim.ref.id)];
}

/** What is wrong with the URLs that Ingresses name: once for each, however many hosts and Routes lead there. */
function urlProblems({ host, grants }: BuiltHost, troubleOf: TroubleOf): readonly Problem[] {
  const problems = new Map<string, Problem>();
  for (const { claim, reading } of grants) {
    if (reading.claims.size > 0 && [...reading.claims.keys()][0] !== host) continue;
    for (const { id, named } of claim.others) {
      const trouble = troubleOf(id);
      if (named === undefined || trouble?.kind !== "url") continue;
      const key = `${reading.subject.object} ${named.field}`;
      problems.set(key, urlProblem(trouble)(reading.subject, named.field, named.value));
    }
  }
  return [...problems.values()];
}

/** What is wrong with what a host serves, and with the Backends that this leads to. */
export function hostProblems(built: BuiltHost, troubleOf: TroubleOf): readonly Problem[] {
  const urls = urlProblems(built, troubleOf);
  // What is wrong with a host is said once, and not again under each of its other names.
  if (built.aliasOf !== undefined) return urls;
  const ofGrants = built.grants.flatMap((grant) => [
    ...backendProblems(grant, troubleOf),
    ...defaultBackendProblems(grant, troubleOf),
    ...canaryProblems(grant, troubleOf),
  ]);
  return [...built.problems, ...ofGrants, ...urls];
}
