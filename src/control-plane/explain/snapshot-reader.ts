import {
  type BackendIndex,
  indexBackend,
  indexPolicy,
  indexSlots,
  type PolicyIndex,
} from "../../affinity/backend-index.ts";
import { buildRing } from "../../affinity/build-ring.ts";
import { indexValues } from "../../affinity/value-index.ts";
import type { World } from "../../affinity/world.ts";
import { type HostIndex, indexHost } from "../../routing/host-index.ts";
import type { ServerName } from "../../snapshot/certificate.ts";
import type { Decoded } from "../../snapshot/codec.ts";
import { endpointName } from "../../snapshot/endpoint-name.ts";
import {
  backendEntry,
  decodeBackend,
  decodeHost,
  decodeServerName,
  decodeSettings,
  decodeSlots,
  hostEntry,
  ringEntry,
  SETTINGS_ENTRY,
  SLOTS_ENTRY,
  serverNameEntry,
} from "../../snapshot/entries.ts";
import type { Backend, Endpoint, Route, Settings } from "../../snapshot/model.ts";
import type { Ring } from "../../snapshot/ring.ts";
import type { HostPolicies } from "../../snapshot/route-policies.ts";
import { NODE_MEMORY, readRing } from "../translate/ring.ts";
import type { Chance } from "./chance.ts";

export interface RouteIndex {
  readonly route: Route;
  readonly policy: PolicyIndex | undefined;
  readonly hostPolicies: HostPolicies | undefined;
}

/** A Backend made ready, with what people are shown of it. */
export interface ReadBackend extends BackendIndex {
  readonly endpoints: readonly Endpoint[];
}

function prepareRoute(route: Route, hostPolicies: HostPolicies | undefined): RouteIndex {
  return { route, policy: route.affinity === undefined ? undefined : indexPolicy(route.affinity), hostPolicies };
}

/** The entries of a Snapshot made ready for decisions, one by one as they are asked for: what a worker does, in Node. */
export class SnapshotReader {
  readonly #entries: ReadonlyMap<string, string>;
  readonly settings: Settings;

  constructor(entries: ReadonlyMap<string, string>) {
    this.#entries = entries;
    this.settings = this.#decoded(SETTINGS_ENTRY, decodeSettings) ?? { classicCookies: "accept" };
  }

  host(name: string): HostIndex<RouteIndex> | undefined {
    const host = this.#decoded(hostEntry(name), decodeHost);
    return host && indexHost(host, (route) => prepareRoute(route, host.policies));
  }

  /** The host that one is another name of. */
  aliasTarget(name: string): string | undefined {
    return this.#decoded(hostEntry(name), decodeHost)?.aliasOf;
  }

  /** Whether the paths of a host are regular expressions. */
  isRegex(name: string): boolean {
    return this.#decoded(hostEntry(name), decodeHost)?.regex === true;
  }

  serverName(name: string): ServerName | undefined {
    return this.#decoded(serverNameEntry(name), decodeServerName);
  }

  /** @param start where the round robin begins */
  backend(id: string, start: number): ReadBackend | undefined {
    const backend = this.#decoded(backendEntry(id), decodeBackend);
    if (backend === undefined) return undefined;
    const index = indexBackend(backend, this.settings.classicCookies === "write", start);
    return { ...index, endpoints: backend.endpoints };
  }

  /** What a decision needs from outside. @param now seconds since 1970 */
  world(chance: Chance, now: number): World {
    return {
      random: chance.random,
      now: () => now,
      processId: process.pid,
      classicCookies: this.settings.classicCookies,
      slots: () => {
        const slots = this.#decoded(SLOTS_ENTRY, decodeSlots);
        return slots && indexSlots(slots);
      },
      ring: (backend) => {
        backend.ring ??= this.#ring(backend.id);
        return backend.ring;
      },
      values: (backend) => {
        backend.values ??= indexValues(this.#decoded(backendEntry(backend.id), decodeBackend) as Backend);
        return backend.values;
      },
    };
  }

  #ring(id: string): Ring | undefined {
    const bytes = this.#entries.get(ringEntry(id));
    if (bytes !== undefined) return readRing(Buffer.from(bytes, "latin1"));
    const names = this.#decoded(backendEntry(id), decodeBackend)?.endpoints.map(endpointName) ?? [];
    return names.length === 0 ? undefined : buildRing(names, NODE_MEMORY);
  }

  #decoded<T>(name: string, decode: (bytes: string) => Decoded<T>): T | undefined {
    const bytes = this.#entries.get(name);
    if (bytes === undefined) return undefined;
    const decoded = decode(bytes);
    if (!decoded.ok) throw new Error(`entry ${name}: ${decoded.error}`);
    return decoded.value;
  }
}
