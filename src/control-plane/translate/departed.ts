import type { Backend } from "../../snapshot/model.ts";

/** Enough to tell "gone" from "unknown" for a roll-out of usual size. */
const REMEMBERED = 64;

/**
 * The pins of Endpoints that left a Backend lately, the newest first.
 *
 * @param before the Backend until now
 * @param pins those of the Endpoints that it has from now on
 */
export function departedPins(before: Backend | undefined, pins: readonly string[]): readonly string[] {
  if (before === undefined) return [];
  const present = new Set(pins);
  return [...before.pins, ...before.departed].filter((pin) => !present.has(pin)).slice(0, REMEMBERED);
}
