import { isDeepStrictEqual } from "node:util";
import type { Ingress, IngressClass } from "../objects/model.ts";
import { type GlobalSettings, NO_GLOBAL_SETTINGS } from "../settings/global-settings.ts";
import type { Origin } from "../sources/source.ts";
import { ImaginedTrust, type TrustPlaces } from "../trust/trust-places.ts";
import type { CanaryReading } from "./canary-reading.ts";
import { type Selection, selectIngress } from "./class-selection.ts";
import { Multimap } from "./multimap.ts";
import type { NamedIndex } from "./named-index.ts";
import { comparePrecedence } from "./precedence.ts";
import { type IngressReading, readIngress } from "./read-ingress.ts";
import type { TranslateOptions } from "./translate-options.ts";

interface Known {
  readonly ingress: Ingress;
  readonly origin: Origin | undefined;
}

interface Touched {
  readonly hosts: readonly string[];
  /** By `namespace/name`, as all the names here. */
  readonly ingresses: readonly string[];
  /** Those that say what they said before, and of which the cluster says something else. */
  readonly observed: readonly string[];
}

/** Those of one kind by the host that they name. */
class HostReadings<R extends Pick<IngressReading, "ingress">> extends Multimap<string, R> {
  /** In order of precedence. */
  inOrder(host: string): readonly R[] {
    return [...this.get(host)].sort((left, right) => comparePrecedence(left.ingress.metadata, right.ingress.metadata));
  }
}

/** All Ingresses and IngressClasses, and which Ingress declares which host. Remembers what a change touched. */
export class IngressIndex {
  readonly #options: TranslateOptions;
  readonly #known = new Map<string, Known>();
  readonly #classes = new Map<string, IngressClass>();
  readonly #namesOfClass = new Multimap<string, string>();
  readonly #readings = new Map<string, IngressReading | CanaryReading>();
  readonly #declaring = new HostReadings<IngressReading>();
  readonly #naming = new HostReadings<IngressReading>();
  readonly #canaries = new HostReadings<CanaryReading>();
  readonly #touchedHosts = new Set<string>();
  readonly #touchedIngresses = new Set<string>();
  readonly #observedAnew = new Set<string>();
  readonly #named: NamedIndex;
  readonly #trust: TrustPlaces;
  #global: GlobalSettings = NO_GLOBAL_SETTINGS;

  /** @param named Secrets and ConfigMaps; Ingresses are their users by `namespace/name` */
  constructor(options: TranslateOptions, named: NamedIndex) {
    this.#options = options;
    this.#named = named;
    this.#trust = options.trust ?? new ImaginedTrust();
  }

  setIngress(ingress: Ingress, origin: Origin | undefined): void {
    const name = `${ingress.metadata.namespace}/${ingress.metadata.name}`;
    if (this.#observeAnew(name, ingress, origin)) return;
    this.#forget(name);
    this.#known.set(name, { ingress, origin });
    if (ingress.ingressClassName !== undefined) this.#namesOfClass.add(ingress.ingressClassName, name);
    this.#read(name);
  }

  /** @param name `namespace/name` */
  deleteIngress(name: string): void {
    this.#forget(name);
    this.#known.delete(name);
    this.#named.release(name);
  }

  setClass(ingressClass: IngressClass): void {
    this.#classes.set(ingressClass.metadata.name, ingressClass);
    this.#selectAgain(ingressClass.metadata.name);
  }

  deleteClass(name: string): void {
    this.#classes.delete(name);
    this.#selectAgain(name);
  }

  /** Takes other global settings: every Ingress is read anew. */
  useGlobal(settings: GlobalSettings): void {
    this.#global = settings;
    this.readAgain(this.#readings.keys());
  }

  get global(): GlobalSettings {
    return this.#global;
  }

  /** Something that Ingresses name is different: they are read anew. @param names `namespace/name` */
  readAgain(names: Iterable<string>): void {
    for (const name of [...names]) this.#read(name);
  }

  /** Whether an Ingress is ours, and why not. */
  select(ingress: Ingress): Selection {
    return selectIngress(ingress, this.#classes, this.#options);
  }

  /** An Ingress that is ours, as it is now, by `namespace/name`. */
  ours(name: string): Ingress | undefined {
    return this.#readings.has(name) ? this.#known.get(name)?.ingress : undefined;
  }

  /** What an Ingress says, by `namespace/name`; undefined when it is gone or not ours. */
  reading(name: string): IngressReading | CanaryReading | undefined {
    return this.#readings.get(name);
  }

  declares(host: string): boolean {
    return this.#declaring.has(host);
  }

  /** Every other name that somebody who declares a host asks for. */
  aliasesOf(host: string): readonly string[] {
    return this.#declaring.inOrder(host).flatMap(({ routing }) => routing.aliases?.hosts ?? []);
  }

  /** Those that declare a host, in order of precedence. */
  readingsOf(host: string): readonly IngressReading[] {
    return this.#declaring.inOrder(host);
  }

  /** Those that ask for a host as another name of theirs, in order of precedence. */
  readingsOfAlias(host: string): readonly IngressReading[] {
    return this.#naming.inOrder(host);
  }

  /** The canaries that name a host, in order of precedence; they do not declare it. */
  canariesOf(host: string): readonly CanaryReading[] {
    return this.#canaries.inOrder(host);
  }

  /** What may have changed since the last call. */
  takeTouched(): Touched {
    const touched = {
      hosts: [...this.#touchedHosts],
      ingresses: [...this.#touchedIngresses],
      observed: [...this.#observedAnew].filter((name) => !this.#touchedIngresses.has(name)),
    };
    this.#touchedHosts.clear();
    this.#touchedIngresses.clear();
    this.#observedAnew.clear();
    return touched;
  }

  /** Takes an Ingress of which nothing but what the cluster says differs; false, and nothing done, for any other. */
  #observeAnew(name: string, { observed, ...rest }: Ingress, origin: Origin | undefined): boolean {
    const known = this.#known.get(name);
    if (known?.ingress.observed === undefined || observed === undefined) return false;
    const { observed: _, ...before } = known.ingress;
    if (!isDeepStrictEqual(before, rest) || !isDeepStrictEqual(known.origin, origin)) return false;
    // The rest is shared with the reading: of ten thousand Ingresses there is one copy.
    this.#known.set(name, { ingress: { ...known.ingress, observed }, origin });
    this.#observedAnew.add(name);
    return true;
  }

  #selectAgain(className: string): void {
    for (const name of this.#namesOfClass.get(className)) this.#read(name);
  }

  #read(name: string): void {
    const known = this.#known.get(name);
    if (known === undefined) return;
    this.#unread(name);
    if (!this.select(known.ingress).ours) {
      this.#named.release(name);
      return;
    }
    const common = { global: this.#global, trust: this.#trust };
    const reading = this.#named.lookUpFor(name, (objects) =>
      readIngress(known.ingress, known.origin, this.#options.annotationPrefixes, { objects, ...common }),
    );
    this.#readings.set(name, reading);
    this.#eachHost(reading, "add");
  }

  #unread(name: string): void {
    this.#touchedIngresses.add(name);
    const reading = this.#readings.get(name);
    if (reading === undefined) return;
    this.#readings.delete(name);
    this.#eachHost(reading, "delete");
  }

  /** An Ingress, its other names and a canary all change the hosts that they name. */
  #eachHost(reading: IngressReading | CanaryReading, change: "add" | "delete"): void {
    if ("alternatives" in reading) {
      for (const host of reading.alternatives.keys()) this.#touch(host, () => this.#canaries[change](host, reading));
      return;
    }
    for (const host of reading.claims.keys()) this.#touch(host, () => this.#declaring[change](host, reading));
    for (const alias of reading.routing.aliases?.hosts ?? []) {
      this.#touch(alias, () => this.#naming[change](alias, reading));
    }
  }

  #touch(host: string, change: () => void): void {
    change();
    this.#touchedHosts.add(host);
  }

  #forget(name: string): void {
    this.#unread(name);
    const className = this.#known.get(name)?.ingress.ingressClassName;
    if (className !== undefined) this.#namesOfClass.delete(className, name);
  }
}
