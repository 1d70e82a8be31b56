import {
  type BackendIndex,
  indexBackend,
  indexPolicy,
  indexSlots,
  type PolicyIndex,
} from "../../affinity/backend-index.ts";
import type { World } from "../../affinity/world.ts";
import { type HostIndex, indexHost } from "../../routing/host-index.ts";
import type { Decoded } from "../../snapshot/codec.ts";
import {
  backendEntry,
  decodeBackend,
  decodeHost,
  decodeSettings,
  decodeSlots,
  hostEntry,
  ringEntry,
  SETTINGS_ENTRY,
  SLOTS_ENTRY,
} from "../../snapshot/entries.ts";
import type { Route, Settings } from "../../snapshot/model.ts";
import { readRing } from "../translate/ring.ts";
import type { Chance } from "./chance.ts";

export interface RouteIndex {
  readonly route: Route;
  readonly policy: PolicyIndex | undefined;
}

function prepareRoute(route: Route): RouteIndex {
  return { route, policy: route.affinity === undefined ? undefined : indexPolicy(route.affinity) };
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
    return host && indexHost(host, prepareRoute);
  }

  /** @param start where the round robin begins */
  backend(id: string, start: number): BackendIndex | undefined {
    const backend = this.#decoded(backendEntry(id), decodeBackend);
    return backend && indexBackend(backend, this.settings.classicCookies === "write", start);
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
        const bytes = this.#entries.get(ringEntry(backend.id));
        if (backend.ring === undefined && bytes !== undefined) backend.ring = readRing(Buffer.from(bytes, "latin1"));
        return backend.ring;
      },
    };
  }

  #decoded<T>(name: string, decode: (bytes: string) => Decoded<T>): T | undefined {
    const bytes = this.#entries.get(name);
    if (bytes === undefined) return undefined;
    const decoded = decode(bytes);
    if (!decoded.ok) throw new Error(`entry ${name}: ${decoded.error}`);
    return decoded.value;
  }
}
