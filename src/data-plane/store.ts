/**
 * What this worker holds of the Snapshot: entries are decoded when a request first needs them, and dropped when a new
 * generation says that they changed. A request asks once for the generation; nothing here runs on a timer.
 */
import {
  type BackendIndex,
  indexBackend,
  indexPolicy,
  indexSlots,
  type PolicyIndex,
  type SlotIndex,
} from "../affinity/backend-index.ts";
import type { World } from "../affinity/world.ts";
import { type HostIndex, indexHost } from "../routing/host-index.ts";
import type { Decoded } from "../snapshot/codec.ts";
import { bracketedAddress, endpointName } from "../snapshot/endpoint-name.ts";
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
} from "../snapshot/entries.ts";
import type { Endpoint, Route, Settings } from "../snapshot/model.ts";
import type { Ring } from "../snapshot/ring.ts";
import { tallyOf } from "./metrics/registry.ts";
import type { Tally } from "./metrics/tally.ts";
import { readPointer, versionAt, versionKey } from "./pointer.ts";
import { castRing } from "./ring-bytes.ts";
import { entriesDict, readChange, servedGeneration, state } from "./shared-state.ts";

export interface RouteIndex {
  readonly route: Route;
  readonly policy: PolicyIndex | undefined;
  readonly tally: Tally;
}

export interface LoadedBackend extends BackendIndex {
  /** What NGINX is given for each Endpoint: its address, IPv6 in brackets. */
  readonly peers: readonly string[];
  /** What people are shown: `address:port`. */
  readonly names: readonly string[];
}

const NO_SETTINGS: Settings = { classicCookies: "accept" };

let generation = 0;
let dict = entriesDict(0);
let hosts: Record<string, HostIndex<RouteIndex> | undefined> = {};
let backends: Record<string, LoadedBackend | undefined> = {};
let settings: Settings | undefined;
let slots: SlotIndex | undefined;

function dropAll(): void {
  hosts = {};
  backends = {};
  settings = undefined;
  slots = undefined;
}

function drop(name: string): void {
  const slash = name.indexOf("/");
  const kind = slash < 0 ? name : name.substring(0, slash);
  const key = name.substring(slash + 1);
  if (kind === "host") hosts[key] = undefined;
  if (kind === "backend" || kind === "ring") backends[key] = undefined;
  if (kind === SETTINGS_ENTRY) dropAll();
  if (kind === SLOTS_ENTRY) slots = undefined;
}

/** Drops what changed between the generation of this worker and a newer one, walking back from the newer. */
function dropChanges(newest: number): void {
  let at = newest;
  while (at !== generation) {
    const change = readChange(at);
    if (change === undefined || change.whole || change.base >= at) return dropAll();
    for (let i = 0; i < change.names.length; i++) drop(change.names[i] as string);
    at = change.base;
  }
}

/** Takes up a generation that differs from this worker's. */
export function takeUp(newest: number): void {
  const change = readChange(newest);
  dropChanges(newest);
  dict = entriesDict(change === undefined ? 0 : change.dict);
  generation = newest;
  world.classicCookies = currentSettings().classicCookies;
  state.set(`worker/${ngx.worker.id()}`, `${ngx.worker.pid()} ${newest}`);
}

/** Makes sure that this worker serves what is served: called once at the start of a request. */
export function refresh(): void {
  const newest = servedGeneration();
  if (newest !== generation) takeUp(newest);
}

/**
 * The bytes of an entry in this worker's generation. A push that is adopted meanwhile may take an old version away, so
 * who finds nothing must ask `isCurrent` before believing it.
 */
function read(name: string): string | undefined {
  const version = versionAt(readPointer(dict, name), generation);
  if (version === 0) return undefined;
  const bytes = dict.get(versionKey(version, name)) as string | undefined;
  return bytes === "" ? undefined : bytes;
}

/** Whether no push was adopted since this worker last looked. */
export function isCurrent(): boolean {
  return servedGeneration() === generation;
}

function accept<T>(decoded: Decoded<T>): T | undefined {
  if (decoded.ok) return decoded.value;
  // Checked when it was pushed: a bug, and one entry is not served rather than all of them.
  ngx.log(ngx.ERR, "limpet: entry does not decode: ", decoded.error);
  return undefined;
}

function loadSettings(): Settings {
  const bytes = read(SETTINGS_ENTRY);
  const decoded = bytes === undefined ? undefined : accept(decodeSettings(bytes));
  settings = decoded ?? NO_SETTINGS;
  return settings;
}

export function currentSettings(): Settings {
  return settings ?? loadSettings();
}

export function prepareRoute(route: Route): RouteIndex {
  const policy = route.affinity === undefined ? undefined : indexPolicy(route.affinity);
  return { route, policy, tally: tallyOf(route.ingress, route.service) };
}

function loadHost(name: string): HostIndex<RouteIndex> | undefined {
  const bytes = read(hostEntry(name));
  const decoded = bytes === undefined ? undefined : accept(decodeHost(bytes));
  if (decoded === undefined) return undefined;
  const host = indexHost(decoded, prepareRoute);
  hosts[name] = host;
  return host;
}

export function findHost(name: string): HostIndex<RouteIndex> | undefined {
  return hosts[name] ?? loadHost(name);
}

function loadBackend(id: string): LoadedBackend | undefined {
  const bytes = read(backendEntry(id));
  const decoded = bytes === undefined ? undefined : accept(decodeBackend(bytes));
  if (decoded === undefined) return undefined;
  const peers: string[] = [];
  const names: string[] = [];
  for (let i = 0; i < decoded.endpoints.length; i++) {
    const endpoint = decoded.endpoints[i] as Endpoint;
    peers.push(bracketedAddress(endpoint));
    names.push(endpointName(endpoint));
  }
  const writesClassic = currentSettings().classicCookies === "write";
  const index = indexBackend(decoded, writesClassic, world.random(65536));
  const backend: LoadedBackend = { ...index, peers, names };
  backends[id] = backend;
  return backend;
}

export function findBackend(id: string): LoadedBackend | undefined {
  return backends[id] ?? loadBackend(id);
}

function loadRing(backend: BackendIndex): Ring | undefined {
  const bytes = read(ringEntry(backend.id));
  if (bytes !== undefined) backend.ring = castRing(bytes);
  return backend.ring;
}

function loadSlots(): SlotIndex | undefined {
  const bytes = read(SLOTS_ENTRY);
  const decoded = bytes === undefined ? undefined : accept(decodeSlots(bytes));
  slots = decoded === undefined ? undefined : indexSlots(decoded);
  return slots;
}

/** The surroundings of every decision in this worker. */
export const world: { -readonly [field in keyof World]: World[field] } = {
  random: (limit) => Math.floor(Math.random() * limit),
  now: () => ngx.now(),
  processId: 0,
  classicCookies: NO_SETTINGS.classicCookies,
  slots: () => slots ?? loadSlots(),
  ring: (backend) => backend.ring ?? loadRing(backend),
};
