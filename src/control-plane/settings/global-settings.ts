import type { ServedAnnotation } from "../annotations/annotation.ts";
import type { LiveSetting } from "./setting.ts";

/** What holds for all Ingresses, from the ConfigMap of global settings. */
export interface GlobalSettings {
  /** Live settings that were given, by key. */
  readonly live: ReadonlyMap<string, unknown>;
  /** What annotations are worth where an Ingress has none, by their names. */
  readonly defaults: ReadonlyMap<string, unknown>;
}

/** No ConfigMap, or an empty one. */
export const NO_GLOBAL_SETTINGS: GlobalSettings = { live: new Map(), defaults: new Map() };

export function liveSetting<T>({ live }: GlobalSettings, { key, fallback }: LiveSetting<T>): T {
  return live.has(key) ? (live.get(key) as T) : fallback;
}

/** What an annotation is worth where an Ingress has none; undefined: nothing but its own default. */
export function defaultOf<T>({ defaults }: GlobalSettings, { name }: ServedAnnotation<T>): T | undefined {
  return defaults.get(name) as T | undefined;
}
