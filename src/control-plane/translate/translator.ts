import { wildcardOf } from "../../routing/match-host.ts";
import {
  authoritiesEntry,
  backendEntry,
  certificateEntry,
  hostEntry,
  ringEntry,
  SETTINGS_ENTRY,
  SLOTS_ENTRY,
  serverNameEntry,
} from "../../snapshot/entries.ts";
import type { GlobalPolicies } from "../../snapshot/global-policies.ts";
import type { Endpoint, Host, Route, Settings } from "../../snapshot/model.ts";
import { MOST_BUILT_ENDPOINTS } from "../../snapshot/ring.ts";
import type { HostPolicies } from "../../snapshot/route-policies.ts";
import { findServed } from "../annotations/annotation-table.ts";
import { type Expiring, expiryProblems, nextExpiry } from "../certificates/expiry.ts";
import type { NameChange } from "../names/resolved-name.ts";
import type { Ingress, Kind, KubernetesObject, Service } from "../objects/model.ts";
import { objectMissing, urlProblem } from "../problems/annotation-problems.ts";
import { canaryWithoutService } from "../problems/canary-problems.ts";
import type { Subject } from "../problems/make-problem.ts";
import type { Problem } from "../problems/problem.ts";
import { configMapMissing } from "../problems/settings-problems.ts";
import { tlsSwitchedOff } from "../problems/tls-problems.ts";
import { defaultBackendMissing, serviceMissing, servicePortMissing } from "../problems/translate-problems.ts";
import { toByteString } from "../publish/bytes.ts";
import { NO_AUTH_LOCATIONS } from "../settings/authority-settings.ts";
import { readGlobalPolicies } from "../settings/global-policies.ts";
import { type GlobalSettings, liveSetting, NO_GLOBAL_SETTINGS } from "../settings/global-settings.ts";
import { hstsOf } from "../settings/hsts.ts";
import { readSettings } from "../settings/read-settings.ts";
import { tlsPolicyOf } from "../settings/tls-settings.ts";
import type { NamedObject, ObjectChange, Origin } from "../sources/source.ts";
import { attachCanaries } from "./attach-canaries.ts";
import { AuthoritiesIndex } from "./authorities-index.ts";
import { BackendIndex } from "./backend-index.ts";
import { type BackendRef, backendRef, CLOSED, CLOSED_BACKEND, refOfId } from "./backend-ref.ts";
import { type BuiltBackend, buildBackend, type Trouble, withoutPins } from "./build-backend.ts";
import { type BuiltHost, buildHost, type Grant } from "./build-host.ts";
import { CertificateIndex } from "./certificate-index.ts";
import { clientPolicies, withoutCertificate } from "./choose-clients.ts";
import { withCipherWishes } from "./cipher-wishes.ts";
import type { Selection } from "./class-selection.ts";
import { nodeId } from "./classic.ts";
import { encodeEntry } from "./encode-entry.ts";
import { judgeAlias, underAlias } from "./host-aliases.ts";
import { IngressIndex } from "./ingress-index.ts";
import { firstDue } from "./joining.ts";
import { Multimap } from "./multimap.ts";
import { NameIndex } from "./name-index.ts";
import { NamedIndex } from "./named-index.ts";
import { ProblemLists } from "./problem-lists.ts";
import {
  type RedirectSettings,
  redirectingHost,
  redirectSettings,
  withHttpsRedirect,
  wwwPartner,
} from "./redirect-hosts.ts";
import { ringBytes } from "./ring.ts";
import { createSeal, type Keys, type Seal } from "./seal.ts";
import type { TranslateOptions } from "./translate-options.ts";
import type { UrlTrouble } from "./url-backend.ts";

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
  /** Whether some Route leads its clients to certain Endpoints: by affinity, or by a hash. */
  readonly affinity: boolean;
  /** Of the Service. */
  readonly origin?: Origin;
}

/** The user of Backends that is no host, and of ConfigMaps that is no Ingress; nobody has such a name. */
const SETTINGS_USER = "";

/** A ring and the Endpoints that it was made from. */
interface KnownRing {
  readonly ids: string;
  readonly bytes: string;
}

/** The entry of a host. */
/** What a Route is by what its host is, which an Ingress alone does not say. */
function routeOf({ claim, reading }: Grant, hasTls: boolean, redirects: RedirectSettings): Route {
  return withHttpsRedirect(claim.route, reading.https, hasTls, redirects);
}

/** @param open how the paths begin that need no authentication */
function hostOf(built: BuiltHost, hasTls: boolean, redirects: RedirectSettings, open: readonly string[]): Host {
  const { host, grants, regex, appRoot, clients, aliasOf } = built;
  const policies: HostPolicies = {
    ...(appRoot === undefined ? {} : { appRoot }),
    ...clientPolicies(aliasOf ?? host, clients),
  };
  return {
    host,
    routes: grants.map((grant) => withoutCertificate(routeOf(grant, hasTls, redirects), policies, open)),
    ...(Object.keys(policies).length === 0 ? {} : { policies }),
    ...(regex ? { regex } : {}),
    ...(aliasOf === undefined ? {} : { aliasOf }),
  };
}

/** @param service `namespace/name` */
function defaultBackendUnusable(subject: Subject, field: string, service: string): Problem {
  const message = `There is no Service ${service} with a TCP port: these Routes have no default backend of their own.`;
  return objectMissing(message, "Create the Service, or name another one.")(subject, field, service);
}

function refUsedBy({ claim }: Grant): BackendRef {
  return claim.route.backend === CLOSED_BACKEND ? CLOSED : claim.ref;
}

/** Whether a Route asks for the ring of its Backend. */
function usesRing({ affinity, policies }: Route): boolean {
  return affinity !== undefined || policies?.balance?.kind === "hash";
}

/** A Backend that a host uses, and whether its ring. */
interface BackendUse {
  readonly ref: BackendRef;
  readonly ring: boolean;
}

/** Every Backend that a grant leads to. */
function usesOf(grant: Grant): BackendUse[] {
  const { claim, canary } = grant;
  const ring = usesRing(claim.route);
  const uses = [{ ref: refUsedBy(grant), ring }, ...claim.others.map((ref) => ({ ref, ring: false }))];
  if (canary === undefined) return uses;
  const sticky = claim.route.affinity === undefined || canary.reading.settings.sticky;
  return [...uses, { ref: canary.claim.ref, ring: ring && sticky }];
}

function troubleProblem({ claim, reading }: Grant, trouble: Exclude<Trouble, UrlTrouble>): Problem {
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
  readonly #authorities = new AuthoritiesIndex();
  /** Hosts by the wildcard that would cover them. */
  readonly #covered = new Multimap<string, string>();
  /** When something else will be wrong with a certificate, milliseconds since 1970. */
  #nextExpiry = 0;
  readonly #hosts = new Map<string, BuiltHost>();
  readonly #built = new Map<string, BuiltBackend>();
  readonly #rings = new Map<string, KnownRing>();
  /** Backends with Endpoints that are joining → when the first of them is ready. */
  readonly #joining = new Map<string, number>();
  readonly #problems = new ProblemLists();
  readonly #entries = new Map<string, string>();
  #changed = new Map<string, string | undefined>();
  #defaultBackend: string | undefined;
  /** What these have done to every request and response. */
  #globalPolicies: GlobalPolicies | undefined;
  /** The global settings are to be read. */
  #globalTouched = true;
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
    this.#touchJoined();
    if (this.#globalTouched) this.#readGlobal();
    const { hosts: declared, ingresses, observed } = this.#ingresses.takeTouched();
    for (const name of ingresses) this.#problems.set(`ingress/${name}`, this.#ingressProblems(name));
    const named = this.#withAliases([...declared, ...this.#certificates.takeTouchedHosts()]);
    const hosts = this.#chooseCertificates(named);
    for (const host of hosts) this.#rebuildHost(host);
    for (const host of hosts) this.#rebuildPartner(host);
    this.#putCertificates();
    this.#putAuthorities();
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
    for (const [host, { grants }] of [...this.#hosts]) {
      if (grants.some(({ canary }) => canary !== undefined)) this.#rebuildHost(host);
    }
    return { changed: this.#takeChanged(), ingresses: [] };
  }

  /** When `apply` has something to do even without a change; milliseconds of the clock of `join`. Undefined: never. */
  wakeAt(): number | undefined {
    return firstDue(this.#joining);
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

  /** What holds for all Ingresses, as it is now. */
  global(): GlobalSettings {
    return this.#ingresses.global;
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

  /** @param users of a Secret or ConfigMap that is different: Ingresses, hosts with TLS, and the global settings */
  #readAgain(users: Iterable<string>): void {
    const names = [...users];
    if (names.includes(SETTINGS_USER)) this.#globalTouched = true;
    this.#ingresses.readAgain(this.#certificates.touch(names.filter((name) => name !== SETTINGS_USER)));
  }

  #readGlobal(): void {
    this.#globalTouched = false;
    this.#globalPolicies = undefined;
    const { configMap, startedWith } = this.#options;
    if (configMap === undefined) return;
    const subject = { object: `ConfigMap ${configMap}` };
    const problems: Problem[] = [];
    const report = (problem: Problem) => problems.push(problem);
    const global = this.#named.lookUpFor(SETTINGS_USER, (objects) => {
      const found = objects.configMap(configMap);
      if (found === undefined) {
        report(configMapMissing(subject));
        return NO_GLOBAL_SETTINGS;
      }
      const reading = readSettings(subject, found, startedWith, findServed);
      problems.push(...reading.problems);
      this.#globalPolicies = readGlobalPolicies({ subject, global: reading.settings, objects, report });
      return reading.settings;
    });
    this.#problems.set("global settings", problems);
    this.#ingresses.useGlobal(global);
  }

  get #redirects(): RedirectSettings {
    return redirectSettings(this.#ingresses.global, this.#options.httpsPort || 443);
  }

  #ingressProblems(name: string): readonly Problem[] {
    const reading = this.#ingresses.reading(name);
    const problems = reading?.problems ?? [];
    if (reading === undefined || this.#options.httpsPort !== 0 || reading.ingress.tls.length === 0) return problems;
    return [...problems, tlsSwitchedOff(reading.subject, reading.ingress.tls.flatMap(({ hosts }) => hosts).join(", "))];
  }

  /** Hosts with their other names, which are made from them and so come behind. */
  #withAliases(hosts: readonly string[]): readonly string[] {
    const all = [...new Set([...hosts, ...hosts.flatMap((host) => this.#ingresses.aliasesOf(host))])];
    const declared = all.filter((host) => this.#ingresses.declares(host));
    return [...new Set([...declared, ...all])];
  }

  /** Finds the certificates of hosts; gives these, and the hosts whose TLS hangs on that of a wildcard among them. */
  #chooseCertificates(touched: readonly string[]): Set<string> {
    const hosts = new Set(touched);
    if (this.#options.httpsPort === 0) return hosts;
    for (const host of touched) {
      const changed = this.#certificates.choose(host, this.#ingresses.readingsOf(host));
      if (changed) for (const covered of this.#covered.get(host)) hosts.add(covered);
    }
    return hosts;
  }

  /** Says whether a host is there, to the wildcard that would cover it. */
  #noteCovered(host: string, isThere: boolean): void {
    const wildcard = wildcardOf(host);
    if (wildcard === undefined) return;
    if (isThere) this.#covered.add(wildcard, host);
    else this.#covered.delete(wildcard, host);
  }

  #buildHost(host: string): BuiltHost | undefined {
    const canaries = this.#ingresses.canariesOf(host);
    const built = this.#buildNamed(host) ?? (canaries.length > 0 ? buildHost(host, []) : undefined);
    return built && attachCanaries(built, canaries, this.#seal);
  }

  /** A host that somebody declares, or that is another name of one. */
  #buildNamed(host: string): BuiltHost | undefined {
    const readings = this.#ingresses.readingsOf(host);
    if (readings.length > 0) return buildHost(host, readings);
    const { target } = judgeAlias(host, this.#ingresses);
    const named = target === undefined ? undefined : this.#hosts.get(target);
    return named && underAlias(host, named);
  }

  /** Puts the host that a redirect between `www.` and the bare name needs; one that is declared stays as it is. */
  #rebuildPartner(host: string): void {
    const other = wwwPartner(host);
    for (const name of other === undefined ? [] : [host, other]) {
      const partner = wwwPartner(name);
      if (this.#hosts.has(name) || partner === undefined) continue;
      const built = this.#hosts.get(partner);
      const redirecting = built && redirectingHost(name, built, this.#redirects);
      this.#put(hostEntry(name), redirecting && encodeEntry(redirecting));
      this.#showUnder(name, redirecting === undefined ? undefined : partner);
    }
  }

  /**
   * Has a name that nobody declares show the certificates of a host that cover it, too.
   *
   * @param host undefined: none
   * @returns whether it shows any
   */
  #showUnder(name: string, host: string | undefined): boolean {
    const certificates = host === undefined ? [] : this.#certificates.certificatesOf(host);
    const covering = certificates.filter((one) => one.covers(name));
    this.#certificates.use(name, covering);
    const shown = covering.length === 0 ? undefined : { certificates: covering.map(({ id }) => id) };
    const met = withCipherWishes(shown, host === undefined ? [] : this.#ingresses.readingsOf(host));
    this.#put(serverNameEntry(name), met && encodeEntry(met));
    return shown !== undefined;
  }

  #putCertificates(): void {
    for (const id of this.#certificates.takeTouched()) {
      const served = this.#certificates.served(id);
      this.#put(certificateEntry(id), served && encodeEntry(served.certificate));
      if (served === undefined) this.#problems.set(certificateEntry(id), []);
      this.#nextExpiry = 0;
    }
  }

  #putAuthorities(): void {
    for (const digest of this.#authorities.takeTouched()) {
      const authorities = this.#authorities.authorities(digest);
      this.#put(authoritiesEntry(digest), authorities && encodeEntry(authorities));
    }
  }

  #rebuildHost(host: string): void {
    const before = this.#hosts.get(host);
    const built = this.#buildHost(host);
    if (built === undefined) this.#hosts.delete(host);
    else this.#hosts.set(host, built);
    this.#useBackends(host, before?.grants ?? [], built?.grants ?? []);
    const isServed = this.#ingresses.declares(host) || built?.aliasOf !== undefined;
    this.#noteCovered(host, isServed);
    this.#authorities.use(host, isServed ? built?.clients : undefined);
    const hasTls = this.#showCertificates(host, built) || this.#certificates.hasTls(host);
    this.#put(hostEntry(host), isServed && built !== undefined ? this.#encodeHost(built, hasTls) : undefined);
  }

  /** @returns whether an alias has TLS; a host that is declared says so itself */
  #showCertificates(host: string, built: BuiltHost | undefined): boolean {
    if (built?.aliasOf !== undefined) return this.#showUnder(host, built.aliasOf);
    const met = withCipherWishes(this.#certificates.serverName(host), this.#ingresses.readingsOf(host));
    this.#put(serverNameEntry(host), met && encodeEntry(met));
    return false;
  }

  #encodeHost(built: BuiltHost, hasTls: boolean): string {
    const { global } = this.#ingresses;
    return encodeEntry(hostOf(built, hasTls, this.#redirects, liveSetting(global, NO_AUTH_LOCATIONS)));
  }

  /** Says which Backends a host uses now, with or without affinity. */
  #useBackends(host: string, before: readonly Grant[], now: readonly Grant[]): void {
    const used = new Map<string, BackendUse>();
    for (const use of now.flatMap(usesOf)) {
      const ring = use.ring || used.get(use.ref.id)?.ring === true;
      used.set(use.ref.id, { ref: use.ref, ring });
    }
    for (const { ref } of before.flatMap(usesOf)) {
      if (!used.has(ref.id)) this.#backends.release(host, ref.id);
    }
    for (const { ref, ring } of used.values()) this.#backends.retain(host, ref, ring);
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
    this.#noteJoining(id, firstDue(built.joining));
    this.#names.use(id, built.name);
    this.#problems.set(backendEntry(id), built.problems);
    this.#put(backendEntry(id), encodeEntry(built.backend));
    this.#put(ringEntry(id), use.ring ? this.#ring(id, built.backend.endpoints) : undefined);
  }

  #noteJoining(id: string, until: number | undefined): void {
    if (until === undefined) this.#joining.delete(id);
    else this.#joining.set(id, until);
  }

  #touchJoined(): void {
    if (this.#joining.size === 0) return;
    const now = this.#options.join?.now() ?? 0;
    for (const [id, until] of this.#joining) if (until <= now) this.#backends.touch([id]);
  }

  #build(ref: BackendRef): BuiltBackend {
    const known = this.#backends.service(ref.service);
    const slices = [...this.#backends.slicesOf(ref.service)];
    const inputs = { known, slices, resolved: (name: string) => this.#names.resolved(name) };
    return buildBackend(ref, inputs, this.#seal, this.#options, this.#built.get(ref.id));
  }

  #dropBackend(id: string): void {
    this.#built.delete(id);
    this.#names.use(id, undefined);
    this.#rings.delete(id);
    this.#joining.delete(id);
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
    const problems = [...judgeAlias(host, this.#ingresses).problems, ...this.#certificates.problems(host)];
    // What is wrong with a host is said once, and not again under each of its other names.
    if (built !== undefined && built.aliasOf === undefined) problems.push(...built.problems);
    for (const grant of built?.aliasOf === undefined ? (built?.grants ?? []) : []) {
      const { id } = refUsedBy(grant);
      const trouble = id === CLOSED_BACKEND ? undefined : this.#built.get(id)?.trouble;
      if (trouble !== undefined && trouble.kind !== "url") problems.push(troubleProblem(grant, trouble));
      problems.push(...this.#defaultBackendProblems(grant));
      const { canary } = grant;
      if (canary === undefined || this.#built.get(canary.claim.ref.id)?.trouble === undefined) continue;
      problems.push(canaryWithoutService(canary.reading.subject, canary.claim.backendField, canary.claim.ref.id));
    }
    problems.push(...this.#urlProblems(host, built?.grants ?? []));
    this.#problems.set(hostEntry(host), problems);
  }

  /** What is wrong with the URLs that Ingresses name: once for each, however many hosts and Routes lead there. */
  #urlProblems(host: string, grants: readonly Grant[]): readonly Problem[] {
    const problems = new Map<string, Problem>();
    for (const { claim, reading } of grants) {
      if (reading.claims.size > 0 && [...reading.claims.keys()][0] !== host) continue;
      for (const { id, named } of claim.others) {
        const trouble = this.#built.get(id)?.trouble;
        if (named === undefined || trouble?.kind !== "url") continue;
        const key = `${reading.subject.object} ${named.field}`;
        problems.set(key, urlProblem(trouble)(reading.subject, named.field, named.value));
      }
    }
    return [...problems.values()];
  }

  #defaultBackendProblems({ claim, reading }: Grant): readonly Problem[] {
    const id = claim.route.policies?.defaultBackend;
    const field = reading.routing.defaultBackendField;
    if (id === undefined || field === undefined || this.#built.get(id)?.trouble === undefined) return [];
    return [defaultBackendUnusable(reading.subject, field, refOfId(id).service)];
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
    const hsts = hstsOf(this.#ingresses.global);
    const policies = this.#globalPolicies;
    const tls = tlsPolicyOf(this.#ingresses.global);
    const settings: Settings = {
      classicCookies,
      ...(hsts && { hsts }),
      ...(policies && { policies }),
      ...(tls && { tls }),
      ...(serves && { defaultBackend: id }),
    };
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
