import type { CanaryPolicy } from "../../snapshot/route-policies.ts";
import {
  type CanaryPlace,
  canaryOfItself,
  canaryOfOtherNamespace,
  canaryWithoutMain,
  secondCanary,
} from "../problems/canary-problems.ts";
import type { Problem } from "../problems/problem.ts";
import { CLOSED_BACKEND } from "./backend-ref.ts";
import type { BuiltHost, Grant } from "./build-host.ts";
import type { Alternative, CanaryReading } from "./canary-reading.ts";
import type { Seal } from "./seal.ts";

/** The Route that a canary changes, and why it does not. */
function refusal({ claim, reading, canary }: Grant, alternative: Alternative, by: CanaryReading): Problem | undefined {
  const place = placeOf(alternative, by);
  const main = reading.subject.object;
  const { namespace } = by.ingress.metadata;
  const taken = [reading.ingress.metadata.namespace, ...reading.canaryNamespaces];
  if (!taken.includes(namespace) && !taken.includes("*")) return canaryOfOtherNamespace(place, main, namespace);
  if (claim.ref.id === alternative.claim.ref.id) return canaryOfItself(place, main);
  return canary === undefined ? undefined : secondCanary(place, canary.reading.subject.object);
}

function placeOf({ claim }: Alternative, { subject }: CanaryReading): CanaryPlace {
  return { subject, field: claim.field, host: claim.route.host, path: claim.route.path };
}

/** ingress-nginx: paths must be the same text and, `ImplementationSpecific` being `Prefix`, of the same type. */
function concerns({ claim }: Grant, { claim: { route }, everyPath }: Alternative): boolean {
  return everyPath || (claim.route.path === route.path && claim.route.match === route.match);
}

function withCanary(grant: Grant, { claim }: Alternative, reading: CanaryReading, seal: Seal): Grant {
  const { current, former } = seal.mark(claim.ref.id);
  const canary: CanaryPolicy = {
    backend: claim.ref.id,
    service: claim.route.service,
    ...reading.settings,
    mark: current,
    ...(former === undefined ? {} : { formerMark: former }),
  };
  const route = { ...grant.claim.route, policies: { ...grant.claim.route.policies, canary } };
  return { claim: { ...grant.claim, route }, reading: grant.reading, canary: { claim, reading } };
}

/**
 * Gives the Routes of a host their canaries (ingress-nginx: canary, merging rules): each path of a canary Ingress on its own,
 * the older Ingress first. What finds no Route, or may not have it, is a Problem and changes nothing.
 *
 * @param canaries those that name the host, in order of precedence
 */
export function attachCanaries(built: BuiltHost, canaries: readonly CanaryReading[], seal: Seal): BuiltHost {
  const { host } = built;
  const attached = [...built.grants];
  const problems = [...built.problems];
  for (const reading of canaries) {
    for (const alternative of reading.alternatives.get(host) ?? []) {
      const concerned = attached.flatMap((grant, i) => (concerns(grant, alternative) ? [i] : []));
      if (concerned.length === 0) problems.push(canaryWithoutMain(placeOf(alternative, reading)));
      for (const i of concerned) {
        const grant = attached[i] as Grant;
        // A closed Route answers 503 whoever asks.
        if (grant.claim.route.backend === CLOSED_BACKEND) continue;
        const refused = refusal(grant, alternative, reading);
        if (refused === undefined) attached[i] = withCanary(grant, alternative, reading, seal);
        else problems.push(refused);
      }
    }
  }
  return { host, grants: attached, problems };
}
