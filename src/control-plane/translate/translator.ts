import { backendEntry, hostEntry, ringEntry, SETTINGS_ENTRY, SLOTS_ENTRY } from "../../snapshot/entries.ts";
import type { GlobalPolicies } from "../../snapshot/global-policies.ts";
import type { Endpoint, Route, Settings } from "../../snapshot/model.ts";
import type { Expiring } from "../certificates/expiry.ts";
import type { NameChange } from "../names/resolved-name.ts";
import type { Ingress, Kind, KubernetesObject, Service } from "../objects/model.ts";
import type { Problem } from "../problems/problem.ts";
import { tlsSwitchedOff } from "../problems/tls-problems.ts";
import { defaultBackendMissing } from "../problems/translate-problems.ts";
import { NO_AUTH_LOCATIONS } from "../settings/authority-settings.ts";
import { type GlobalSettings, liveSetting } from "../settings/global-settings.ts";
import { hstsOf } from "../settings/hsts.ts";
import { tlsPolicyOf } from "../settings/tls-settings.ts";
import type { NamedObject, ObjectChange, Origin } from "../sources/source.ts";
import { attachCanaries } from "./attach-canaries.ts";
import { BackendIndex } from "./backend-index.ts";
import { type BackendRef, backendRef } from "./backend-ref.ts";
import { usesOf } from "./backend-uses.ts";
import { type BuiltBackend, buildBackend, withoutPins } from "./build-backend.ts";
import { type BuiltHost, buildHost, type Grant } from "./build-host.ts";
import type { Selection } from "./class-selection.ts";
import { EntryTable } from "./entry-table.ts";
import { judgeAlias, underAlias } from "./host-aliases.ts";
import { hostProblems } from "./host-problems.ts";
import { IngressIndex } from "./ingress-index.ts";
import { firstDue } from "./joining.ts";
import { LargeRings } from "./large-rings.ts";
import { NameIndex } from "./name-index.ts";
import { NamedIndex } from "./named-index.ts";
import { ProblemLists } from "./problem-lists.ts";
import { readGlobal } from "./read-global.ts";
import { type RedirectSettings, redirectingHost, redirectSettings, wwwPartner } from "./redirect-hosts.ts";
import { createSeal, type Keys, type Seal } from "./seal.ts";
import { type HostSurroundings, servedHost } from "./served-host.ts";
import { TlsTranslator } from "./tls-translator.ts";
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
  /** Whether some Route leads its clients to certain Endpoints: by affinity, or by a hash. */
  readonly affinity: boolean;
  /** Of the Service. */
  readonly origin?: Origin;
}

/** The user of Backends that is no host, and of ConfigMaps that is no Ingress; nobody has such a name. */
const SETTINGS_USER = "";

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
  readonly #tls: TlsTranslator;
  readonly #hosts = new Map<string, BuiltHost>();
  readonly #built = new Map<string, BuiltBackend>();
  readonly #rings = new LargeRings();
  /** Backends with Endpoints that are joining → when the first of them is ready. */
  readonly #joining = new Map<string, number>();
  readonly #problems = new ProblemLists();
  readonly #entries = new EntryTable();
  #defaultBackend: string | undefined;
  /** What the global settings have done to every request and response; undefined: nothing. */
  #globalPolicies: GlobalPolicies | undefined;
  /** The global settings are to be read. */
  #globalTouched = true;
  /** The first batch makes the settings and slots, even when it is empty. */
  #started = false;

  constructor(options: TranslateOptions) {
    this.#options = options;
    this.#seal = createSeal(options.keys);
    this.#ingresses = new IngressIndex(options, this.#named);
    this.#tls = new TlsTranslator(options, {
      named: this.#named,
      readingsOf: (host) => this.#ingresses.readingsOf(host),
      entries: this.#entries,
      problems: this.#problems,
    });
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
    const named = this.#withAliases([...declared, ...this.#tls.takeTouchedHosts()]);
    const hosts = this.#tls.choose(named);
    for (const host of hosts) this.#rebuildHost(host);
    for (const host of hosts) this.#rebuildPartner(host);
    this.#tls.putEntries();
    this.#retainDefaultBackend();
    this.#rebuildBackends(hosts);
    this.#names.prune();
    this.#putSettings();
    return { changed: this.#entries.takeChanged(), ingresses: [...ingresses, ...observed] };
  }

  /** Takes other keys: every cookie value is made anew. Gives the entries whose bytes differ from before. */
  rekey(keys: Keys): Translation {
    this.#seal = createSeal(keys);
    if (this.#started) this.#entries.put(SLOTS_ENTRY, this.#seal.slots);
    for (const [id, built] of [...this.#built]) {
      this.#built.set(id, withoutPins(built));
      this.#rebuildBackend(id);
    }
    for (const [host, { grants }] of [...this.#hosts]) {
      if (grants.some(({ canary }) => canary !== undefined)) this.#rebuildHost(host);
    }
    return { changed: this.#entries.takeChanged(), ingresses: [] };
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
    return this.#tls.noteTime(now);
  }

  /** Every certificate that is served. */
  certificates(): Iterable<Expiring> {
    return this.#tls.certificates();
  }

  /** Everything that is wrong now, in a stable order. */
  problems(): readonly Problem[] {
    return this.#problems.all();
  }

  /** Every entry of the Snapshot as it is now. */
  entries(): ReadonlyMap<string, string> {
    return this.#entries.all();
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
    this.#ingresses.readAgain(this.#tls.touch(names.filter((name) => name !== SETTINGS_USER)));
  }

  #readGlobal(): void {
    this.#globalTouched = false;
    const { configMap, startedWith } = this.#options;
    if (configMap === undefined) return;
    const { settings, policies, problems } = this.#named.lookUpFor(SETTINGS_USER, (objects) =>
      readGlobal(configMap, objects, startedWith),
    );
    this.#globalPolicies = policies;
    this.#problems.set("global settings", problems);
    this.#ingresses.useGlobal(settings);
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
      this.#entries.put(hostEntry(name), redirecting);
      this.#tls.showUnder(name, redirecting === undefined ? undefined : partner);
    }
  }

  #rebuildHost(host: string): void {
    const before = this.#hosts.get(host);
    const built = this.#buildHost(host);
    if (built === undefined) this.#hosts.delete(host);
    else this.#hosts.set(host, built);
    this.#useBackends(host, before?.grants ?? [], built?.grants ?? []);
    const isServed = this.#ingresses.declares(host) || built?.aliasOf !== undefined;
    const served = isServed ? built : undefined;
    const hasTls = this.#tls.serve(host, served);
    this.#entries.put(hostEntry(host), served && servedHost(served, this.#surroundings(hasTls)));
  }

  #surroundings(hasTls: boolean): HostSurroundings {
    return { hasTls, redirects: this.#redirects, open: liveSetting(this.#ingresses.global, NO_AUTH_LOCATIONS) };
  }

  /** Says which Backends a host uses now, with or without affinity. */
  #useBackends(host: string, before: readonly Grant[], now: readonly Grant[]): void {
    const used = usesOf(now);
    for (const id of usesOf(before).keys()) if (!used.has(id)) this.#backends.release(host, id);
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
    this.#entries.put(backendEntry(id), built.backend);
    this.#entries.putBytes(ringEntry(id), use.ring ? this.#rings.of(id, built.backend.endpoints) : undefined);
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
    this.#rings.drop(id);
    this.#joining.delete(id);
    this.#problems.set(backendEntry(id), []);
    this.#entries.put(backendEntry(id), undefined);
    this.#entries.put(ringEntry(id), undefined);
  }

  #findHostProblems(host: string): void {
    const built = this.#hosts.get(host);
    this.#problems.set(hostEntry(host), [
      ...judgeAlias(host, this.#ingresses).problems,
      ...this.#tls.problems(host),
      ...(built === undefined ? [] : hostProblems(built, (id) => this.#built.get(id)?.trouble)),
    ]);
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
    this.#entries.put(SETTINGS_ENTRY, settings);
    if (!this.#started) this.#entries.put(SLOTS_ENTRY, this.#seal.slots);
    this.#started = true;
  }
}
