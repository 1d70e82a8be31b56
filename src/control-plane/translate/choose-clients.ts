import { hash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { ClientAuthorities } from "../../snapshot/certificate.ts";
import type { Route } from "../../snapshot/model.ts";
import type { HostPolicies } from "../../snapshot/route-policies.ts";
import type { ClientReading } from "../annotations/policies/client-certificates.ts";
import { guardBadValue } from "../problems/annotation-problems.ts";
import type { Problem } from "../problems/problem.ts";
import type { IngressReading } from "./read-ingress.ts";

/** What the clients of a host must show, and the Ingresses that ask for something else. */
export interface HostClients {
  readonly clients: ClientReading | undefined;
  readonly others: ReadonlySet<IngressReading>;
}

function asksForOthers(host: string, { subject, routing }: IngressReading, first: IngressReading): Problem | undefined {
  if (routing.clientsNamed === undefined) return undefined;
  const { field, value } = routing.clientsNamed;
  const message = `${first.subject.object} says what clients of ${host} must show, and this says something else`;
  return guardBadValue(message, "Write the same auth-tls-… annotations into all Ingresses of the host.")(
    subject,
    field,
    value,
  );
}

/**
 * A host is asked about in a handshake, so it has one answer: that of the first Ingress that has any (ingress-nginx 1.15.1).
 * Who asks for something else is not served by it.
 *
 * @param readings those that declare the host, in order of precedence @param problems gets one for each that is not served
 */
export function chooseClients(host: string, readings: readonly IngressReading[], problems: Problem[]): HostClients {
  const first = readings.find(({ routing }) => routing.clients !== undefined);
  const clients = first?.routing.clients;
  const others = new Set<IngressReading>();
  for (const reading of readings) {
    const wish = reading.routing.clients;
    if (first === undefined || wish === undefined || isDeepStrictEqual(wish, clients)) continue;
    others.add(reading);
    const problem = asksForOthers(host, reading, first);
    if (problem !== undefined) problems.push(problem);
  }
  return { clients, others };
}

/** 128 bits are enough that no two are the same. */
function digest(...parts: readonly string[]): string {
  return hash("sha256", JSON.stringify(parts), "hex").slice(0, 32);
}

/** The name of authorities. */
export function authoritiesDigest({ certificates, revocations = [] }: ClientAuthorities): string {
  return digest(certificates, ...revocations);
}

/** @param host that the connection must be for */
export function clientPolicies(host: string, clients: ClientReading | undefined): HostPolicies {
  if (clients === undefined) return {};
  if (clients === "closed") return { closed: true };
  const authorities = authoritiesDigest(clients.authorities);
  const context = digest(host, authorities, String(clients.depth));
  return { clients: { ...clients, authorities, context } };
}

/**
 * Routes that need no authentication need no certificate over plain HTTP either: the host's own may be ordered there
 * (RFC 8555 §8.3).
 *
 * @param open how the paths of such Routes begin
 */
export function withoutCertificate(route: Route, host: HostPolicies, open: readonly string[]): Route {
  if (host.clients === undefined || !open.some((path) => route.path.startsWith(path))) return route;
  return { ...route, policies: { ...route.policies, withoutCertificate: true } };
}
