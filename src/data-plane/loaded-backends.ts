import { type BackendIndex, indexBackend } from "../affinity/backend-index.ts";
import { buildRing } from "../affinity/build-ring.ts";
import { indexValues, type ValueIndex } from "../affinity/value-index.ts";
import { bracketedAddress, endpointName } from "../snapshot/endpoint-name.ts";
import { backendEntry, decodeBackend, ringEntry } from "../snapshot/entries.ts";
import type { Backend, Endpoint } from "../snapshot/model.ts";
import type { Ring } from "../snapshot/ring.ts";
import { collectSoon, tuneCollector } from "./collector.ts";
import { accept, readEntry } from "./current-entries.ts";
import { interpreted } from "./interpreted.ts";
import { forget, forgetAll, gain, newRecent, remember, revive } from "./recent.ts";
import { castRing } from "./ring-bytes.ts";
import { LUA_MEMORY } from "./ring-memory.ts";

export interface LoadedBackend extends BackendIndex {
  /** What NGINX is given for each Endpoint: its address, IPv6 in brackets, and its port. */
  readonly peers: readonly string[];
  readonly ports: readonly number[];
  /** What people are shown: `address:port`. */
  readonly names: readonly string[];
  /** The entry that it was made of. */
  readonly bytes: string;
}

/** Bytes, roughly: of a Backend, of each Endpoint, of its part of a ring, and of all Backends that a worker holds. */
const BACKEND_WEIGHT = 1000;
const ENDPOINT_WEIGHT = 400;
const RING_WEIGHT = 1400;
const MOST_WEIGHT = 20 * 1048576;

function weigh({ size, ring }: LoadedBackend): number {
  return BACKEND_WEIGHT + size * (ring === undefined ? ENDPOINT_WEIGHT : ENDPOINT_WEIGHT + RING_WEIGHT);
}

/** Their rings are memory that Lua does not count, so it would not be in a hurry to collect them. */
const backends = newRecent<LoadedBackend>(MOST_WEIGHT, weigh, collectSoon);

function prepare(backend: Backend, bytes: string, writesClassic: boolean): LoadedBackend {
  const { endpoints } = backend;
  const peers: string[] = [];
  const ports: number[] = [];
  const names: string[] = [];
  for (let i = 0; i < endpoints.length; i++) {
    const endpoint = endpoints[i] as Endpoint;
    peers.push(bracketedAddress(endpoint));
    ports.push(endpoint.port);
    names.push(endpointName(endpoint));
  }
  // Workers that start together must not take their turns in step.
  const index = indexBackend(backend, writesClassic, Math.floor(Math.random() * 65536));
  return { ...index, peers, ports, names, bytes };
}

function decodeLoaded(bytes: string, writesClassic: boolean): LoadedBackend | undefined {
  const decoded = accept(decodeBackend(bytes));
  return decoded === undefined ? undefined : prepare(decoded, bytes, writesClassic);
}

function loadBackend(id: string, writesClassic: boolean): LoadedBackend | undefined {
  const former = revive(backends, id);
  if (former !== undefined) return former;
  const bytes = readEntry(backendEntry(id));
  const backend = bytes === undefined ? undefined : interpreted(() => decodeLoaded(bytes, writesClassic));
  if (backend !== undefined) remember(backends, id, backend);
  tuneCollector();
  return backend;
}

/**
 * The Backend of that id; it is decoded when a request first needs it.
 *
 * @param writesClassic whether ingress-nginx's values are the ones issued
 */
export function findBackend(id: string, writesClassic: boolean): LoadedBackend | undefined {
  return backends.young[id] ?? loadBackend(id, writesClassic);
}

function loadRing(backend: LoadedBackend): Ring | undefined {
  const bytes = readEntry(ringEntry(backend.id));
  backend.ring = bytes === undefined ? buildRing(backend.names, LUA_MEMORY) : castRing(bytes);
  gain(backends, backend.size * RING_WEIGHT);
  return backend.ring;
}

/** The ring of a Backend that has Endpoints: its entry where there is one, or else built here. */
export function ringOf(backend: BackendIndex): Ring | undefined {
  return backend.ring ?? loadRing(backend as LoadedBackend);
}

function loadValues(backend: LoadedBackend): ValueIndex {
  const values = interpreted(() => indexValues(accept(decodeBackend(backend.bytes)) as Backend));
  backend.values = values;
  return values;
}

export function valuesOf(backend: BackendIndex): ValueIndex {
  return backend.values ?? loadValues(backend as LoadedBackend);
}

export function forgetBackend(id: string): void {
  forget(backends, id);
}

export function forgetBackends(): void {
  forgetAll(backends);
}
