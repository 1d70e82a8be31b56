/**
 * What this worker holds of the Snapshot: entries are decoded when a request first needs them, and dropped when a new
 * generation says that they changed. A request asks once for the generation; nothing here runs on a timer.
 */
import { indexSlots, type SlotIndex } from "../affinity/backend-index.ts";
import type { World } from "../affinity/world.ts";
import { decodeSlots, SETTINGS_ENTRY, SLOTS_ENTRY } from "../snapshot/entries.ts";
import { accept, moveTo, ownGeneration, readEntry } from "./current-entries.ts";
import { currentSettings, forgetSettings, NO_SETTINGS } from "./current-settings.ts";
import { forgetBackend, forgetBackends, ringOf, valuesOf } from "./loaded-backends.ts";
import { forgetHost, forgetHosts } from "./loaded-hosts.ts";
import { now } from "./nginx-values.ts";
import { readChange, servedGeneration, state } from "./shared-state.ts";
import { forgetAllAuthorities, forgetAuthorities } from "./tls/loaded-authorities.ts";
import { forgetCertificate, forgetCertificates, forgetServerName } from "./tls/loaded-certificates.ts";

let slots: SlotIndex | undefined;

function dropAll(): void {
  forgetHosts();
  forgetBackends();
  forgetCertificates();
  forgetAllAuthorities();
  forgetSettings();
  slots = undefined;
}

function drop(name: string): void {
  const slash = name.indexOf("/");
  const kind = slash < 0 ? name : name.substring(0, slash);
  const key = name.substring(slash + 1);
  if (kind === "host") forgetHost(key);
  if (kind === "backend" || kind === "ring") forgetBackend(key);
  if (kind === "sni") forgetServerName(key);
  if (kind === "certificate") forgetCertificate(key);
  if (kind === "authorities") forgetAuthorities(key);
  if (kind === SETTINGS_ENTRY) dropAll();
  if (kind === SLOTS_ENTRY) slots = undefined;
}

/** Drops what changed between the generation of this worker and a newer one, walking back from the newer. */
function dropChanges(newest: number): void {
  let at = newest;
  while (at !== ownGeneration()) {
    const change = readChange(at);
    if (change === undefined || change.whole || change.base >= at) return dropAll();
    for (let i = 0; i < change.names.length; i++) drop(change.names[i] as string);
    at = change.base;
  }
}

/** Takes up a generation that differs from this worker's. */
function takeUp(newest: number): void {
  const change = readChange(newest);
  dropChanges(newest);
  moveTo(newest, change === undefined ? 0 : change.dict);
  world.classicCookies = currentSettings().classicCookies;
  state.set(`worker/${ngx.worker.id()}`, `${ngx.worker.pid()} ${newest}`);
}

/** Makes sure that this worker serves what is served: called once at the start of a request. */
export function refresh(): void {
  const newest = servedGeneration();
  if (newest !== ownGeneration()) takeUp(newest);
}

function loadSlots(): SlotIndex | undefined {
  const bytes = readEntry(SLOTS_ENTRY);
  const decoded = bytes === undefined ? undefined : accept(decodeSlots(bytes));
  slots = decoded === undefined ? undefined : indexSlots(decoded);
  return slots;
}

/** The surroundings of every decision in this worker. */
export const world: { -readonly [field in keyof World]: World[field] } = {
  random: (limit) => Math.floor(Math.random() * limit),
  now,
  processId: 0,
  classicCookies: NO_SETTINGS.classicCookies,
  slots: () => slots ?? loadSlots(),
  ring: ringOf,
  values: valuesOf,
};

/** Whether ingress-nginx's values are the ones issued. */
export function writesClassic(): boolean {
  return world.classicCookies === "write";
}
