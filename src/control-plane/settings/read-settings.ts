import type { ServedAnnotation } from "../annotations/annotation.ts";
import { nearestName } from "../annotations/nearest-name.ts";
import { normalize } from "../annotations/value-parsers.ts";
import type { ConfigMap } from "../objects/model.ts";
import type { Subject } from "../problems/make-problem.ts";
import type { Problem } from "../problems/problem.ts";
import {
  settingBadValue,
  settingClosing,
  settingNeedless,
  settingNeedsRestart,
  settingRefused,
  settingUnknown,
} from "../problems/settings-problems.ts";
import type { GlobalSettings } from "./global-settings.ts";
import type { DefaultSetting, LiveSetting, RestartSetting, Setting, UnservedSetting } from "./setting.ts";
import { findSetting, SETTINGS } from "./setting-table.ts";

/** What NGINX was started with, by the names of flags. */
export type StartedWith = Readonly<Record<string, string>>;

export interface SettingsReading {
  readonly settings: GlobalSettings;
  readonly problems: readonly Problem[];
}

/** The annotation of a name, if Limpet serves it. */
export type FindServed = (name: string) => ServedAnnotation<unknown> | undefined;

const KEYS: readonly string[] = SETTINGS.map(({ key }) => key);

/** `240s` and `240` are one; so are `True` and `true`, and lists with commas, colons or blanks between their words. */
function comparable(text: string): string {
  const plain = normalize(text)
    .toLowerCase()
    .split(/[\s,:]+/)
    .filter((word) => word !== "")
    .join(" ");
  return /^\d+s$/.test(plain) ? plain.slice(0, -1) : plain;
}

/** Reads one ConfigMap, key by key. */
class Reading {
  readonly #subject: Subject;
  readonly #startedWith: StartedWith;
  readonly #find: FindServed;
  readonly live = new Map<string, unknown>();
  readonly defaults = new Map<string, unknown>();
  readonly problems: Problem[] = [];

  constructor(subject: Subject, startedWith: StartedWith, find: FindServed) {
    this.#subject = subject;
    this.#startedWith = startedWith;
    this.#find = find;
  }

  read(key: string, value: string): void {
    const setting = findSetting(key);
    if (setting === undefined) this.#say(settingUnknown(this.#subject, key, value, nearestName(key, KEYS)));
    else if (value !== "") this.#readKnown(setting, value);
  }

  #readKnown(setting: Setting, value: string): void {
    if (setting.status === "live") this.#readLive(setting, value);
    else if (setting.status === "default") this.#readDefault(setting, value);
    else if (setting.status === "restart") this.#compare(setting, value);
    else this.#readUnserved(setting, value);
  }

  #readLive({ key, parser, whenBad, hint }: LiveSetting<unknown>, value: string): void {
    const parsed = parser(value);
    if (parsed.ok) this.live.set(key, parsed.value);
    else if (whenBad === undefined) this.#say(settingBadValue(this.#subject, key, value, hint));
    else {
      this.live.set(key, whenBad);
      this.#say(settingClosing(this.#subject, key, value, hint));
    }
  }

  /** As the annotation would be read. */
  #readDefault({ key, annotation }: DefaultSetting, value: string): void {
    const served = this.#find(annotation);
    if (served === undefined) throw new Error(`a bug: ${key} is the default of ${annotation}, which is not served`);
    const parsed = served.parser(value);
    if (parsed.ok) this.defaults.set(annotation, parsed.value);
    else {
      const field = `data[${JSON.stringify(key)}]`;
      this.#say(served.badValue(this.#subject, field, value));
    }
  }

  #compare({ key, flag }: RestartSetting, value: string): void {
    const runs = this.#startedWith[flag];
    if (runs === undefined || comparable(runs) === comparable(value)) return;
    this.#say(settingNeedsRestart(this.#subject, key, value, flag, runs));
  }

  #readUnserved({ key, status, doc, harmless }: UnservedSetting, value: string): void {
    if (harmless.includes(normalize(value))) return;
    if (status === "refused") this.#say(settingRefused(this.#subject, key, value, doc));
    else this.#say(settingNeedless(this.#subject, key, value, doc));
  }

  #say(problem: Problem): void {
    this.problems.push(problem);
  }
}

/**
 * Reads the ConfigMap of global settings: each entry is followed, or a Problem.
 *
 * @param startedWith what NGINX runs with, so that only what differs needs a restart
 * @param find the annotations whose defaults may be set
 */
export function readSettings(
  subject: Subject,
  { data }: ConfigMap,
  startedWith: StartedWith,
  find: FindServed,
): SettingsReading {
  const reading = new Reading(subject, startedWith, find);
  for (const [key, value] of Object.entries(data)) reading.read(key, value);
  return { settings: { live: reading.live, defaults: reading.defaults }, problems: reading.problems };
}
