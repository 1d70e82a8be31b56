import type { EndpointSlice, Service } from "../objects/model.ts";
import type { Origin } from "../sources/source.ts";
import type { BackendRef } from "./backend-ref.ts";
import type { KnownService } from "./build-backend.ts";
import { Multimap } from "./multimap.ts";

const SERVICE_NAME_LABEL = "kubernetes.io/service-name";

interface Use {
  readonly ref: BackendRef;
  /** Who uses it, and whether with affinity. */
  readonly users: Map<string, boolean>;
  withAffinity: number;
}

function serviceOf(slice: EndpointSlice): string {
  return `${slice.metadata.namespace}/${slice.metadata.labels[SERVICE_NAME_LABEL] ?? ""}`;
}

/** All Services and EndpointSlices, and who uses which Backend. Remembers which Backends a change touched. */
export class BackendIndex {
  readonly #services = new Map<string, KnownService>();
  readonly #slices = new Map<string, EndpointSlice>();
  readonly #slicesOfService = new Multimap<string, EndpointSlice>();
  readonly #uses = new Map<string, Use>();
  readonly #usesOfService = new Multimap<string, string>();
  readonly #touched = new Set<string>();

  setService(service: Service, origin: Origin | undefined): void {
    const name = `${service.metadata.namespace}/${service.metadata.name}`;
    this.#services.set(name, origin === undefined ? { service } : { service, origin });
    this.#touchService(name);
  }

  /** @param name `namespace/name` */
  deleteService(name: string): void {
    this.#services.delete(name);
    this.#touchService(name);
  }

  setSlice(slice: EndpointSlice): void {
    const name = `${slice.metadata.namespace}/${slice.metadata.name}`;
    this.deleteSlice(name);
    const service = serviceOf(slice);
    this.#slicesOfService.add(service, slice);
    this.#slices.set(name, slice);
    this.#touchService(service);
  }

  /** @param name `namespace/name` */
  deleteSlice(name: string): void {
    const before = this.#slices.get(name);
    if (before === undefined) return;
    const service = serviceOf(before);
    this.#slicesOfService.delete(service, before);
    this.#slices.delete(name);
    this.#touchService(service);
  }

  /** @param name `namespace/name` */
  service(name: string): KnownService | undefined {
    return this.#services.get(name);
  }

  slicesOf(service: string): Iterable<EndpointSlice> {
    return this.#slicesOfService.get(service);
  }

  /** Says that somebody (a host, or the settings) uses a Backend from now on, or uses it differently. */
  retain(user: string, ref: BackendRef, withAffinity: boolean): void {
    const use = this.#uses.get(ref.id) ?? this.#startUse(ref);
    const before = use.users.get(user);
    if (before === withAffinity) return;
    use.users.set(user, withAffinity);
    this.#countAffinity(use, before === true ? -1 : 0, withAffinity ? 1 : 0);
  }

  release(user: string, id: string): void {
    const use = this.#uses.get(id);
    if (use === undefined) return;
    const before = use.users.get(user);
    use.users.delete(user);
    this.#countAffinity(use, before === true ? -1 : 0, 0);
    if (use.users.size === 0) this.#endUse(use);
  }

  /** Who uses a Backend; undefined when nobody does. */
  use(id: string): { readonly ref: BackendRef; readonly users: Iterable<string>; readonly ring: boolean } | undefined {
    const use = this.#uses.get(id);
    if (use === undefined) return undefined;
    return { ref: use.ref, users: use.users.keys(), ring: use.withAffinity > 0 };
  }

  /** Says that these Backends may have changed. */
  touch(ids: Iterable<string>): void {
    for (const id of ids) this.#touched.add(id);
  }

  /** Ids of Backends that may have changed since the last call, or are used no longer. */
  takeTouched(): readonly string[] {
    const touched = [...this.#touched];
    this.#touched.clear();
    return touched;
  }

  #startUse(ref: BackendRef): Use {
    const use: Use = { ref, users: new Map(), withAffinity: 0 };
    this.#uses.set(ref.id, use);
    this.#usesOfService.add(ref.service, ref.id);
    this.#touched.add(ref.id);
    return use;
  }

  #endUse(use: Use): void {
    this.#uses.delete(use.ref.id);
    this.#usesOfService.delete(use.ref.service, use.ref.id);
    this.#touched.add(use.ref.id);
  }

  #countAffinity(use: Use, fewer: number, more: number): void {
    const had = use.withAffinity > 0;
    use.withAffinity += fewer + more;
    // Only the first and the last one matter: with them the ring comes and goes.
    if (had !== use.withAffinity > 0) this.#touched.add(use.ref.id);
  }

  #touchService(service: string): void {
    for (const id of this.#usesOfService.get(service)) this.#touched.add(id);
  }
}
