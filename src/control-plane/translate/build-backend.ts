import type { Backend } from "../../snapshot/model.ts";
import type { ResolvedName } from "../names/resolved-name.ts";
import { type EndpointSlice, objectName, type Service } from "../objects/model.ts";
import type { Subject } from "../problems/make-problem.ts";
import type { Problem } from "../problems/problem.ts";
import { addressNotIp, serviceNoEndpoints, tooManyEndpoints } from "../problems/translate-problems.ts";
import type { Origin } from "../sources/source.ts";
import { type BackendRef, CLOSED, type UrlTarget } from "./backend-ref.ts";
import { classicKey, classicName, classicPin, nodeId } from "./classic.ts";
import { departedPins } from "./departed.ts";
import { externalCandidates, externalNameProblem, externalPort } from "./external-name.ts";
import { type Joining, joiningOf, withJoining } from "./joining.ts";
import { type IdentifiedEndpoint, mergeEndpoints } from "./merge-endpoints.ts";
import { MOST_ENDPOINTS } from "./ring.ts";
import { newestPositions, noteArrivals, type PodArrivals } from "./roll-out.ts";
import type { Pin, Seal } from "./seal.ts";
import { type Candidate, candidatesOf, findServicePort, ownAddress } from "./service-endpoints.ts";
import type { TranslateOptions } from "./translate-options.ts";
import { type UrlTrouble, urlCandidates } from "./url-backend.ts";

/** A Service with where it was read. */
export interface KnownService {
  readonly service: Service;
  readonly origin?: Origin;
}

/** What a Backend is made from, as it is now. */
export interface BackendInputs {
  /** Its Service; undefined when there is none. */
  readonly known: KnownService | undefined;
  /** Those of the Service. */
  readonly slices: readonly EndpointSlice[];
  /** What is known of a name; undefined while nothing is. */
  readonly resolved: (name: string) => ResolvedName | undefined;
}

/** What is wrong with a Backend for everybody who names it; the Problem stands at the Ingress. */
export type Trouble =
  | UrlTrouble
  | { readonly kind: "service-missing" }
  | { readonly kind: "port-missing" /** What the Service has, for people. */; readonly ports: string };

export interface BuiltBackend {
  readonly backend: Backend;
  readonly trouble: Trouble | undefined;
  /** With the Service itself and its slices. */
  readonly problems: readonly Problem[];
  readonly origin?: Origin;
  /** The name that its addresses come from; undefined when they come from slices. */
  readonly name: string | undefined;
  /** Who the pins were made for, and the pins by identity, so that they need not be made again. */
  readonly sealedFor: string;
  readonly pinOf: ReadonlyMap<string, Pin>;
  /** Who waits for new sessions, and when the pods came. */
  readonly joining: Joining;
  readonly arrivals: PodArrivals;
}

interface Found {
  readonly endpoints: readonly IdentifiedEndpoint[];
  readonly trouble?: Trouble;
  readonly problems: readonly Problem[];
  readonly name?: string;
  /** The name has not been looked up yet. */
  readonly pending?: boolean;
}

function portsOf(service: Service): string {
  return service.ports.map(({ name, port }) => (name === "" ? `${port}` : `${port} (${name})`)).join(", ");
}

function portMissing(service: Service): Found {
  return { endpoints: [], trouble: { kind: "port-missing", ports: portsOf(service) }, problems: [] };
}

function merge(subject: Subject, service: Service, found: readonly Candidate[], problems: readonly Problem[]): Found {
  const endpoints = mergeEndpoints(found, service.ipFamilies);
  if (endpoints.length <= MOST_ENDPOINTS) return { endpoints, problems };
  const tooMany = tooManyEndpoints(subject, endpoints.length, MOST_ENDPOINTS);
  return { endpoints: endpoints.slice(0, MOST_ENDPOINTS), problems: [...problems, tooMany] };
}

function findByName(
  ref: BackendRef,
  service: Service,
  subject: Subject,
  inputs: BackendInputs,
  options: TranslateOptions,
): Found {
  const wrong = externalNameProblem(subject, service, options);
  if (wrong !== undefined) return { endpoints: [], problems: [wrong] };
  const port = externalPort(service, ref.port);
  if (port === undefined) return portMissing(service);
  const name = service.externalName;
  const resolved = inputs.resolved(name);
  if (resolved === undefined) return { endpoints: [], problems: [], name, pending: true };
  const { found, problems } = externalCandidates(subject, service, port, resolved, options);
  return { ...merge(subject, service, found, problems), name };
}

function findInCluster(ref: BackendRef, service: Service, subject: Subject, slices: readonly EndpointSlice[]): Found {
  const port = findServicePort(service, ref.port);
  if (port === undefined) return portMissing(service);
  const own = ref.through === "address" ? ownAddress(service, port) : undefined;
  if (own !== undefined) return merge(subject, service, [own], []);
  const { found, unusable } = candidatesOf(port, slices);
  const problems = unusable.map(({ slice, address }) => addressNotIp(subject, slice, address));
  if (found.length === 0) problems.push(serviceNoEndpoints(subject, ref.port));
  return merge(subject, service, found, problems);
}

function findByUrl(target: UrlTarget, { resolved }: BackendInputs, options: TranslateOptions): Found {
  const { found, ...rest } = urlCandidates(target, resolved, options);
  return { endpoints: mergeEndpoints(found, []), problems: [], ...rest };
}

function findEndpoints(ref: BackendRef, inputs: BackendInputs, options: TranslateOptions): Found {
  if (ref.target !== undefined) return findByUrl(ref.target, inputs, options);
  const { known, slices } = inputs;
  if (known === undefined) return { endpoints: [], trouble: { kind: "service-missing" }, problems: [] };
  const { service, origin } = known;
  const object = objectName("Service", service.metadata);
  const subject: Subject = origin === undefined ? { object } : { object, origin };
  if (service.type === "ExternalName") return findByName(ref, service, subject, inputs, options);
  return findInCluster(ref, service, subject, slices);
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
 * Makes a Backend from the objects as they are now. One whose name has not been looked up yet stays as it is: what a
 * Service leads to is exchanged at once, and is not empty meanwhile.
 *
 * @param before the Backend as it was, for the Endpoints that have left
 */
export function buildBackend(
  ref: BackendRef,
  inputs: BackendInputs,
  seal: Seal,
  options: TranslateOptions,
  before: BuiltBackend | undefined,
): BuiltBackend {
  const { endpoints: found, trouble, problems, name, pending } = findEndpoints(ref, inputs, options);
  const { known } = inputs;
  const origin = known?.origin === undefined ? {} : { origin: known.origin };
  if (pending === true && before !== undefined) return { ...before, trouble, problems, ...origin, name };
  const uid = known?.service.metadata.uid ?? "";
  const sealedFor = uid === "" ? ref.service || ref.id : uid;
  const joining = joiningOf(found, before, options.join);
  const endpoints = withJoining(found, joining);
  const stored = before === undefined ? options.stored?.(ref.id) : undefined;
  const arrivals = noteArrivals(inputs.slices, endpoints, before?.arrivals, stored);
  const newest = newestPositions(endpoints, arrivals);
  const pinOf = pinsOf(endpoints, sealedFor, seal, before);
  const sealed = endpoints.map(({ identity }) => pinOf.get(identity) as Pin);
  const pins = sealed.map(({ current }) => current);
  const classic = options.classicCookies !== "off" && ref !== CLOSED && ref.target === undefined;
  const backend: Backend = {
    id: ref.id,
    endpoints: endpoints.map(({ endpoint }) => endpoint),
    pins,
    formerPins: sealed.flatMap(({ former }) => former ?? []),
    ...classicFields(ref, endpoints, classic),
    departed: departedPins(before?.backend ?? stored, pins),
    ...(newest === undefined ? {} : { newest }),
  };
  return { backend, trouble, problems, ...origin, name, sealedFor, pinOf, joining, arrivals };
}

/** The same Backend without what was made with the keys. Whom it knows it goes on knowing: that makes nobody a newcomer. */
export function withoutPins(built: BuiltBackend): BuiltBackend {
  return { ...built, backend: { ...built.backend, pins: [], formerPins: [], departed: [] }, sealedFor: "" };
}
