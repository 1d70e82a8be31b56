/** The settings of the generation that this worker serves, decoded when something first asks for them. */
import { hstsHeader } from "../policies/hsts.ts";
import { decodeSettings, SETTINGS_ENTRY } from "../snapshot/entries.ts";
import type { Settings } from "../snapshot/model.ts";
import { accept, readEntry } from "./current-entries.ts";

export const NO_SETTINGS: Settings = { classicCookies: "accept" };

let settings: Settings | undefined;
/** The header of responses over TLS; empty: none. */
let hsts = "";

export function forgetSettings(): void {
  settings = undefined;
}

function loadSettings(): Settings {
  const bytes = readEntry(SETTINGS_ENTRY);
  const decoded = bytes === undefined ? undefined : accept(decodeSettings(bytes));
  settings = decoded ?? NO_SETTINGS;
  hsts = settings.hsts === undefined ? "" : hstsHeader(settings.hsts);
  return settings;
}

export function currentSettings(): Settings {
  return settings ?? loadSettings();
}

/** The value of Strict-Transport-Security; empty: no such header. */
export function currentHsts(): string {
  if (settings === undefined) loadSettings();
  return hsts;
}
