import { wildcardOf } from "../../routing/match-host.ts";
import {
  backendEntry,
  certificateEntry,
  hostEntry,
  ringEntry,
  SETTINGS_ENTRY,
  SLOTS_ENTRY,
  serverNameEntry,
} from "../../snapshot/entries.ts";
import type { Endpoint, Host, Hsts, Route, Settings } from "../../snapshot/model.ts";
import { MOST_BUILT_ENDPOINTS } from "../../snapshot/ring.ts";
import { type Expiring, expiryProblems, nextExpiry } from "../certificates/expiry.ts";
import type { NameChange } from "../names/resolved-name.ts";
import type { Ingress, Kind, KubernetesObject, Service } from "../objects/model.ts";
import type { Problem } from "../problems/problem.ts";
import { tlsSwitchedOff } from "../problems/tls-problems.ts";
import { defaultBackendMissing, serviceMissing, servicePortMissing } from "../problems/translate-problems.ts";
import { toByteString } from "../publish/bytes.ts";
import type { NamedObject, ObjectChange, Origin } from "../sources/source.ts";
import { BackendIndex } from "./backend-index.ts";
import { type BackendRef, backendRef, CLOSED, CLOSED_BACKEND } from "./backend-ref.ts";
import { type BuiltBackend, buildBackend, type Trouble, withoutPins } from "./build-backend.ts";
import { type BuiltHost, buildHost, type Grant } from "./build-host.ts";
import { CertificateIndex } from "./certificate-index.ts";
import type { Selection } from "./class-selection.ts";
import { nodeId } from "./classic.ts";
import { encodeEntry } from "./encode-entry.ts";
import { IngressIndex } from "./ingress-index.ts";
import { NameIndex } from "./name-index.ts";
import { NamedIndex } from "./named-index.ts";
import { ProblemLists } from "./problem-lists.ts";
import { redirectingHost, withHttpsRedirect, wwwPartner } from "./redirect-hosts.ts";
import { ringBytes } from "./ring.ts";
import { createSeal, type Keys, type Seal } from "./seal.ts";
import type { TranslateOptions } from "./translate-options.ts";

/** What a batch of changes does to the Snapshot. */
export interface Translation {
  /** Entry names → their new bytes, one character each; undefined: the entry is gone. Both as `publish/` sends them. */
  readonly changed: ReadonlyMap<string, string | undefined>;
  /** By `namespace/name`: those that may say something else, be ours or not any more, or have another status. */
  readonly ingresses: readonly string[];
}

/** A Route and where it came from. */
export interface RouteView {
  readonly route: Route;
  readonly origin?: Origin;
}

/** A Backend without the cookie values, which are for nobody's eyes. */
export interface BackendView {
  readonly id: string;
  /** `namespace/name` of its Service. */
  readonly service: string;
  readonly endpoints: readonly Endpoint[];
  /** Whether some Route uses it with affinity. */
  readonly affinity: boolean;
  /** Of the Service. */
  readonly origin?: Origin;
}

/** The user of Backends that is no host, and has no host's name. */
const SETTINGS_USER = "";

/** As ingress-nginx has it by default. */
const HSTS: Hsts = { maxAge: 31536000, includeSubDomains: true, preload: false };

/** A ring and the Endpoints that it was made from. */
interface KnownRing {
  readonly ids: string;
  readonly bytes: string;
}

function refUsedBy({ claim }: Grant): BackendRef {
  return claim.route.backend === CLOSED_BACKEND ? CLOSED : claim.ref;
}

function troubleProblem({ claim, reading }: Grant, trouble: Trouble): Problem {
  const { ref, backendField } = claim;
  if (trouble.kind === "service-missing") return serviceMissing(reading.subject, `${backendField}.name`, ref.service);
  return servicePortMissing(reading.subject, `${backendField}.port`, ref.port, ref.service, trouble.ports);
}

/**
 * Kubernetes objects → the entries of the Snapshot and the Problems, kept up to date: a change costs what it touches,
 * not what there is. It never throws on what objects say; that is what Problems are for.
 */
export class Translator {
  readonly #options: TranslateOptions;
  #seal: Seal;
  readonly #ingresses: IngressIndex;
  readonly #backends = new BackendIndex();
  readonly #names = new NameIndex();
  readonly #named = new NamedIndex();
  readonly #certificates: CertificateIndex;
  /** Hosts by the wildcard that would cover them. */
  readonly #covered = new Map<string, Set<string>>();
  /** When something else will be wrong with a certificate, milliseconds since 1970. */
  #nextExpiry = 0;
  readonly #hosts = new Map<string, BuiltHost>();
  readonly #built = new Map<string, BuiltBackend>();
  readonly #rings = new Map<string, KnownRing>();
  readonly #problems = new ProblemLists();
  readonly #entries = new Map<string, string>();
  #changed = new Map<string, string | undefined>();
  #defaultBackend: string | undefined;
  /** The first batch makes the settings and slots, even when it is empty. */
  #started = false;

  constructor(options: TranslateOptions) {
    this.#options = options;
    this.#seal = createSeal(options.keys);
    this.#ingresses = new IngressIndex(options, this.#named);
    this.#certificates = new CertificateIndex(this.#named, options.defaultCertificate);
  }

  /** Takes a batch of changes in; gives the entries whose bytes differ from before. */
  apply(changes: readonly (ObjectChange | NameChange)[]): Translation {
    for (const change of changes) {
      if (change.type === "set") this.#set(change.object, change.origin);
      else if (change.type === "resolved") this.#backends.touch(this.#names.set(change.name, change.resolved));
      else this.#delete(change.kind, change.namespace, change.name);
    }
    const { hosts: declared, ingresses, observed } = this.#ingresses.takeTouched();
    for (const name of ingresses) this.#problems.set(`ingress/${name}`, this.#ingressProblems(name));
    const hosts = this.#chooseCertificates([...declared, ...this.#certificates.takeTouchedHosts()]);
    for (const host of hosts) this.#rebuildHost(host);
    for (const host of hosts) this.#rebuildPartner(host);
    this.#putCertificates();
    this.#retainDefaultBackend();
    this.#rebuildBackends(hosts);
    this.#names.prune();
    this.#putSettings();
    return { changed: this.#takeChanged(), ingresses: [...ingresses, ...observed] };
  }

  /** Takes other keys: every cookie value is made anew. Gives the entries whose bytes differ from before. */
  rekey(keys: Keys): Translation {
    this.#seal = createSeal(keys);
    if (this.#started) this.#put(SLOTS_ENTRY, encodeEntry(this.#seal.slots));
    for (const [id, built] of [...this.#built]) {
      this.#built.set(id, withoutPins(built));
      this.#rebuildBackend(id);
    }
    return { changed: this.#takeChanged(), ingresses: [] };
  }

  /** The names that Backends in use get their addresses from; the same set until one comes or goes. */
  names(): ReadonlySet<string> {
    return this.#names.names();
  }

  /** The Secrets and ConfigMaps that something names; the same array until they differ. */
  wanted(): readonly NamedObject[] {
    return this.#named.wanted();
  }

  /**
   * Takes note of the time: what is wrong with certificates depends on it.
   *
   * @param now milliseconds since 1970
   * @returns when something else will be wrong with one of them; infinity: never
   */
  noteTime(now: number): number {
    if (now < this.#nextExpiry) return this.#nextExpiry;
    const all = [...this.#certificates.all()];
    for (const one of all) this.#problems.set(certificateEntry(one.id), expiryProblems(one, now));
    this.#nextExpiry = nextExpiry(all, now);
    return this.#nextExpiry;
  }

  /** Every certificate that is served. */
  certificates(): Iterable<Expiring> {
    return this.#certificates.all();
  }

  /** Everything that is wrong now, in a stable order. */
  problems(): readonly Problem[] {
    return this.#problems.all();
  }

  /** Every entry of the Snapshot as it is now. */
  entries(): ReadonlyMap<string, string> {
    return this.#entries;
  }

  /** Every Route, host by host. */
  routes(): readonly RouteView[] {
    const hosts = [...this.#hosts.keys()].sort();
    return hosts.flatMap((host) => {
      const { grants } = this.#hosts.get(host) as BuiltHost;
      return grants.map(({ claim, reading }) => {
        const { origin } = reading.subject;
        return origin === undefined ? { route: claim.route } : { route: claim.route, origin };
      });
    });
  }

  /** Every Backend in use, by id. */
  backends(): readonly BackendView[] {
    return [...this.#built].sort().map(([id, { backend, origin }]) => {
      const use = this.#backends.use(id);
      const service = use?.ref.service ?? "";
      const view = { id, service, endpoints: backend.endpoints, affinity: use?.ring === true };
      return origin === undefined ? view : { ...view, origin };
    });
  }

  /** An Ingress that is ours, as it is now, by `namespace/name`; undefined when it is gone or not ours. */
  ours(name: string): Ingress | undefined {
    return this.#ingresses.ours(name);
  }

  /** A Service by `namespace/name`. */
  service(name: string): Service | undefined {
    return this.#backends.service(name)?.service;
  }

  /** Whether an Ingress is ours, and why not. */
  select(ingress: Ingress): Selection {
    return this.#ingresses.select(ingress);
  }

  #set(object: KubernetesObject, origin: Origin | undefined): void {
    if (object.kind === "Ingress") this.#ingresses.setIngress(object, origin);
    else if (object.kind === "IngressClass") this.#ingresses.setClass(object);
    else if (object.kind === "Service") this.#backends.setService(object, origin);
    else if (object.kind === "EndpointSlice") this.#backends.setSlice(object);
    else this.#readAgain(this.#named.set(object));
  }

  #delete(kind: Kind, namespace: string, name: string): void {
    if (kind === "Ingress") this.#ingresses.deleteIngress(`${namespace}/${name}`);
    else if (kind === "IngressClass") this.#ingresses.deleteClass(name);
    else if (kind === "Service") this.#backends.deleteService(`${namespace}/${name}`);
    else if (kind === "EndpointSlice") this.#backends.deleteSlice(`${namespace}/${name}`);
    else this.#readAgain(this.#named.delete(kind, `${namespace}/${name}`));
  }

  /** @param users of a Secret or ConfigMap that is different */
  #readAgain(users: Iterable<string>): void {
    this.#ingresses.readAgain(this.#certificates.touch([...users]));
  }

  #ingressProblems(name: string): readonly Problem[] {
    const reading = this.#ingresses.reading(name);
    const problems = reading?.problems ?? [];
    if (reading === undefined || this.#options.httpsPort !== 0 || reading.ingress.tls.length === 0) return problems;
    return [...problems, tlsSwitchedOff(reading.subject, reading.ingress.tls.flatMap(({ hosts }) => hosts).join(", "))];
  }

  /** Finds the certificates of hosts; gives these, and the hosts whose TLS hangs on that of a wildcard among them. */
  #chooseCertificates(touched: readonly string[]): Set<string> {
    const hosts = new Set(touched);
    if (this.#options.httpsPort === 0) return hosts;
    for (const host of touched) {
      const changed = this.#certificates.choose(host, this.#ingresses.readingsOf(host));
      if (changed) for (const covered of this.#covered.get(host) ?? []) hosts.add(covered);
    }
    return hosts;
  }

  /** Says whether a host is there, to the wildcard that would cover it. */
  #noteCovered(host: string, isThere: boolean): void {
    const wildcard = wildcardOf(host);
    if (wildcard === undefined) return;
    const covered = this.#covered.get(wildcard) ?? new Set<string>();
    if (isThere) this.#covered.set(wildcard, covered.add(host));
    else if (covered.delete(host) && covered.size === 0) this.#covered.delete(wildcard);
  }

  /** What a Route is by what its host is: an Ingress alone does not say it. */
  #routeOf({ claim, reading }: Grant, hasTls: boolean): Route {
    return withHttpsRedirect(claim.route, reading.https, hasTls, this.#options.httpsPort || 443);
  }

  /** Puts the host that a redirect between `www.` and the bare name needs; one that is declared stays as it is. */
  #rebuildPartner(host: string): void {
    const other = wwwPartner(host);
    for (const name of other === undefined ? [] : [host, other]) {
      const partner = wwwPartner(name);
      if (this.#hosts.has(name) || partner === undefined) continue;
      const built = this.#hosts.get(partner);
      const redirecting = built && redirectingHost(name, built);
      this.#putRedirectingHost(name, partner, redirecting);
    }
  }

  #putRedirectingHost(name: string, partner: string, host: Host | undefined): void {
    const certificates = this.#certificates
      .certificatesOf(partner)
      .filter((one) => host !== undefined && one.covers(name));
    this.#certificates.use(name, certificates);
    const shown = certificates.map(({ id }) => id);
    this.#put(hostEntry(name), host && encodeEntry(host));
    this.#put(serverNameEntry(name), shown.length === 0 ? undefined : encodeEntry({ certificates: shown }));
  }

  #putCertificates(): void {
    for (const id of this.#certificates.takeTouched()) {
      const served = this.#certificates.served(id);
      this.#put(certificateEntry(id), served && encodeEntry(served.certificate));
      if (served === undefined) this.#problems.set(certificateEntry(id), []);
      this.#nextExpiry = 0;
    }
  }

  #rebuildHost(host: string): void {
    const before = this.#hosts.get(host);
    const readings = this.#ingresses.readingsOf(host);
    const built = readings.length === 0 ? undefined : buildHost(host, readings);
    if (built === undefined) this.#hosts.delete(host);
    else this.#hosts.set(host, built);
    this.#useBackends(host, before?.grants ?? [], built?.grants ?? []);
    this.#noteCovered(host, built !== undefined);
    const hasTls = this.#certificates.hasTls(host);
    const routes = built?.grants.map((grant) => this.#routeOf(grant, hasTls));
    this.#put(hostEntry(host), routes && encodeEntry({ host, routes }));
    const shown = this.#certificates.serverName(host);
    this.#put(serverNameEntry(host), shown && encodeEntry(shown));
  }

  /** Says which Backends a host uses now, with or without affinity. */
  #useBackends(host: string, before: readonly Grant[], now: readonly Grant[]): void {
    const used = new Map<string, { readonly ref: BackendRef; readonly withAffinity: boolean }>();
    for (const grant of now) {
      const ref = refUsedBy(grant);
      const withAffinity = grant.claim.route.affinity !== undefined || used.get(ref.id)?.withAffinity === true;
      used.set(ref.id, { ref, withAffinity });
      for (const other of grant.claim.others) {
        if (!used.has(other.id)) used.set(other.id, { ref: other, withAffinity: false });
      }
    }
    for (const { id } of before.flatMap((grant) => [refUsedBy(grant), ...grant.claim.others])) {
      if (!used.has(id)) this.#backends.release(host, id);
    }
    for (const { ref, withAffinity } of used.values()) this.#backends.retain(host, ref, withAffinity);
  }

  /** @param hosts those whose Problems have to be found again; gets more when a Backend's trouble differs */
  #rebuildBackends(hosts: Set<string>): void {
    for (const id of this.#backends.takeTouched()) {
      const before = this.#built.get(id)?.trouble;
      this.#rebuildBackend(id);
      const now = this.#built.get(id)?.trouble;
      if (JSON.stringify(before) === JSON.stringify(now)) continue;
      for (const user of this.#backends.use(id)?.users ?? []) if (user !== SETTINGS_USER) hosts.add(user);
    }
    for (const host of hosts) this.#findHostProblems(host);
  }

  #rebuildBackend(id: string): void {
    const use = this.#backends.use(id);
    if (use === undefined) {
      this.#dropBackend(id);
      return;
    }
    const built = this.#build(use.ref);
    this.#built.set(id, built);
    this.#names.use(id, built.name);
    this.#problems.set(backendEntry(id), built.problems);
    this.#put(backendEntry(id), encodeEntry(built.backend));
    this.#put(ringEntry(id), use.ring ? this.#ring(id, built.backend.endpoints) : undefined);
  }

  #build(ref: BackendRef): BuiltBackend {
    const known = this.#backends.service(ref.service);
    const slices = this.#backends.slicesOf(ref.service);
    const inputs = { known, slices, resolved: (name: string) => this.#names.resolved(name) };
    return buildBackend(ref, inputs, this.#seal, this.#options, this.#built.get(ref.id));
  }

  #dropBackend(id: string): void {
    this.#built.delete(id);
    this.#names.use(id, undefined);
    this.#rings.delete(id);
    this.#problems.set(backendEntry(id), []);
    this.#put(backendEntry(id), undefined);
    this.#put(ringEntry(id), undefined);
  }

  /** The ring over all Endpoints, if whoever needs it should not build it; made again only when an address came or went. */
  #ring(id: string, endpoints: readonly Endpoint[]): string | undefined {
    if (endpoints.length <= MOST_BUILT_ENDPOINTS) {
      this.#rings.delete(id);
      return undefined;
    }
    const nodes = endpoints.map(nodeId);
    const ids = nodes.join(" ");
    const known = this.#rings.get(id);
    if (known?.ids === ids) return known.bytes;
    const bytes = Buffer.from(ringBytes(nodes).buffer).toString("latin1");
    this.#rings.set(id, { ids, bytes });
    return bytes;
  }

  #findHostProblems(host: string): void {
    const built = this.#hosts.get(host);
    const problems = [...(built?.problems ?? []), ...this.#certificates.problems(host)];
    for (const grant of built?.grants ?? []) {
      const { id } = refUsedBy(grant);
      const trouble = id === CLOSED_BACKEND ? undefined : this.#built.get(id)?.trouble;
      if (trouble !== undefined) problems.push(troubleProblem(grant, trouble));
    }
    this.#problems.set(hostEntry(host), problems);
  }

  /** The server-wide default backend is its Service's first port. */
  #retainDefaultBackend(): void {
    const name = this.#options.defaultBackendService;
    if (name === undefined) return;
    const port = this.#backends.service(name)?.service.ports[0]?.port;
    const ref = port === undefined ? undefined : backendRef(name, port);
    if (ref?.id !== this.#defaultBackend && this.#defaultBackend !== undefined) {
      this.#backends.release(SETTINGS_USER, this.#defaultBackend);
    }
    if (ref !== undefined) this.#backends.retain(SETTINGS_USER, ref, false);
    this.#defaultBackend = ref?.id;
    this.#problems.set(SETTINGS_ENTRY, ref === undefined ? [defaultBackendMissing(name)] : []);
  }

  /** A default backend without Endpoints is left out: the built-in 404 answers then (ingress-nginx 1.15.1). */
  #putSettings(): void {
    const { classicCookies } = this.#options;
    const id = this.#defaultBackend;
    const serves = id !== undefined && (this.#built.get(id)?.backend.endpoints.length ?? 0) > 0;
    const common = { classicCookies, hsts: HSTS };
    const settings: Settings = serves ? { ...common, defaultBackend: id } : common;
    this.#put(SETTINGS_ENTRY, encodeEntry(settings));
    if (!this.#started) this.#put(SLOTS_ENTRY, encodeEntry(this.#seal.slots));
    this.#started = true;
  }

  #put(entry: string, bytes: string | undefined): void {
    const name = toByteString(entry);
    if (this.#entries.get(name) === bytes) return;
    if (bytes === undefined) this.#entries.delete(name);
    else this.#entries.set(name, bytes);
    this.#changed.set(name, bytes);
  }

  #takeChanged(): ReadonlyMap<string, string | undefined> {
    const changed = this.#changed;
    this.#changed = new Map();
    return changed;
  }
}
