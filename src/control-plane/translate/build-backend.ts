import { isIP } from "node:net";
import type { Backend } from "../../snapshot/model.ts";
import { type EndpointSlice, objectName, type Service } from "../objects/model.ts";
import type { Problem } from "../problems/problem.ts";
import {
  addressNotIp,
  type Subject,
  serviceExternalName,
  serviceExternalNameIsAddress,
  serviceNoEndpoints,
  tooManyEndpoints,
} from "../problems/translate-problems.ts";
import type { Origin } from "../sources/source.ts";
import type { BackendRef } from "./backend-ref.ts";
import { classicKey, classicName, classicPin, nodeId } from "./classic.ts";
import { departedPins } from "./departed.ts";
import { type IdentifiedEndpoint, mergeEndpoints } from "./merge-endpoints.ts";
import { MOST_ENDPOINTS } from "./ring.ts";
import type { Pin, Seal } from "./seal.ts";
import { candidatesOf, findServicePort } from "./service-endpoints.ts";

/** A Service with where it was read. */
export interface KnownService {
  readonly service: Service;
  readonly origin?: Origin;
}

/** What is wrong with a Backend for everybody who names it; the Problem stands at the Ingress. */
export type Trouble =
  | { readonly kind: "service-missing" }
  | { readonly kind: "port-missing" /** What the Service has, for people. */; readonly ports: string };

export interface BuiltBackend {
  readonly backend: Backend;
  readonly trouble: Trouble | undefined;
  /** With the Service itself and its slices. */
  readonly problems: readonly Problem[];
  readonly origin?: Origin;
  /** Who the pins were made for, and the pins by identity, so that they need not be made again. */
  readonly sealedFor: string;
  readonly pinOf: ReadonlyMap<string, Pin>;
}

interface Found {
  readonly endpoints: readonly IdentifiedEndpoint[];
  readonly trouble?: Trouble;
  readonly problems: readonly Problem[];
}

function portsOf(service: Service): string {
  return service.ports.map(({ name, port }) => (name === "" ? `${port}` : `${port} (${name})`)).join(", ");
}

function externalName(subject: Subject, { externalName: name }: Service): Found {
  const problem = isIP(name) === 0 ? serviceExternalName(subject, name) : serviceExternalNameIsAddress(subject, name);
  return { endpoints: [], problems: [problem] };
}

function findEndpoints(ref: BackendRef, known: KnownService | undefined, slices: Iterable<EndpointSlice>): Found {
  if (known === undefined) return { endpoints: [], trouble: { kind: "service-missing" }, problems: [] };
  const { service, origin } = known;
  const object = objectName("Service", service.metadata);
  const subject: Subject = origin === undefined ? { object } : { object, origin };
  if (service.type === "ExternalName") return externalName(subject, service);
  const port = findServicePort(service, ref.port);
  if (port === undefined) {
    return { endpoints: [], trouble: { kind: "port-missing", ports: portsOf(service) }, problems: [] };
  }
  const { found, unusable } = candidatesOf(port, slices);
  const merged = mergeEndpoints(found, service.ipFamilies);
  const problems = unusable.map(({ slice, address }) => addressNotIp(subject, slice, address));
  if (merged.length === 0) problems.push(serviceNoEndpoints(subject, ref.port));
  if (merged.length > MOST_ENDPOINTS) problems.push(tooManyEndpoints(subject, merged.length, MOST_ENDPOINTS));
  return { endpoints: merged.slice(0, MOST_ENDPOINTS), problems };
}

function pinsOf(
  endpoints: readonly IdentifiedEndpoint[],
  sealedFor: string,
  seal: Seal,
  before: BuiltBackend | undefined,
): Map<string, Pin> {
  const known = before?.sealedFor === sealedFor ? before.pinOf : undefined;
  return new Map(endpoints.map(({ identity }) => [identity, known?.get(identity) ?? seal.pin(sealedFor, identity)]));
}

function classicFields(ref: BackendRef, endpoints: readonly IdentifiedEndpoint[], classic: boolean) {
  if (!classic) return { classicPins: [], classicKey: "" };
  const slash = ref.service.indexOf("/");
  const name = classicName(ref.service.substring(0, slash), ref.service.substring(slash + 1), ref.port);
  const classicPins = endpoints.map(({ endpoint }) => classicPin(name, nodeId(endpoint)));
  return { classicPins, classicKey: classicKey(name) };
}

/**
 * Makes a Backend from the objects as they are now.
 *
 * @param known its Service; undefined when there is none
 * @param slices those of the Service
 * @param classic whether ingress-nginx's cookies are to be understood
 * @param before the Backend as it was, for the Endpoints that have left
 */
export function buildBackend(
  ref: BackendRef,
  known: KnownService | undefined,
  slices: Iterable<EndpointSlice>,
  seal: Seal,
  classic: boolean,
  before: BuiltBackend | undefined,
): BuiltBackend {
  const { endpoints, trouble, problems } = findEndpoints(ref, known, slices);
  const uid = known?.service.metadata.uid ?? "";
  const sealedFor = uid === "" ? ref.service : uid;
  const pinOf = pinsOf(endpoints, sealedFor, seal, before);
  const sealed = endpoints.map(({ identity }) => pinOf.get(identity) as Pin);
  const pins = sealed.map(({ current }) => current);
  const backend: Backend = {
    id: ref.id,
    endpoints: endpoints.map(({ endpoint }) => endpoint),
    pins,
    formerPins: sealed.flatMap(({ former }) => former ?? []),
    ...classicFields(ref, endpoints, classic),
    departed: departedPins(before?.backend, pins),
  };
  const origin = known?.origin === undefined ? {} : { origin: known.origin };
  return { backend, trouble, problems, ...origin, sealedFor, pinOf };
}

/** The same Backend with nothing that was made with the keys. */
export function withoutPins(built: BuiltBackend): BuiltBackend {
  return { ...built, backend: { ...built.backend, pins: [], formerPins: [], departed: [] }, pinOf: new Map() };
}
