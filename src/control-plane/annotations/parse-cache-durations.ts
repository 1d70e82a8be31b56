import type { Parser } from "./annotation.ts";
import { normalize } from "./value-parsers.ts";

/** Seconds by status, `any` for every other one. */
export type CacheDurations = Readonly<Record<string, number>>;

/** NGINX's units of time, in seconds. */
const UNITS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  M: 2_592_000,
  y: 31_536_000,
};

/** What NGINX takes for a duration without a status (proxy_cache_valid). */
const USUAL = ["200", "301", "302"];

/** `90`, `5m`, `1h30m`; undefined when it is none. */
function secondsOf(text: string): number | undefined {
  if (!/^(\d+(ms|[smhdwMy]))*\d+(ms|[smhdwMy])?$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+)(ms|[smhdwMy])?/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? "s"] as number), 0);
}

/** `200 202 10m, 401 1m`: durations with the statuses that they are for, with commas between them. */
export const parseCacheDurations: Parser<CacheDurations> = (text) => {
  const durations: Record<string, number> = {};
  for (const entry of normalize(text).split(",")) {
    const words = entry.trim().split(/\s+/);
    const seconds = secondsOf(words.at(-1) ?? "");
    const statuses = words.slice(0, -1);
    // A number alone is meant as a status, most likely: what follows a comma by mistake.
    const unclear = statuses.length === 0 && /^\d+$/.test(words[0] ?? "");
    if (seconds === undefined || unclear || !statuses.every((status) => /^([1-5]\d\d|any)$/.test(status)))
      return { ok: false };
    for (const status of statuses.length === 0 ? USUAL : statuses) durations[status] = seconds;
  }
  return { ok: true, value: durations };
};
