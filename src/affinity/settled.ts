import type { Chosen } from "./decision.ts";

/**
 * Decisions that leave nothing to say, by the Endpoint's position: made once, handed out for every request, the same for
 * all Backends.
 */
const sticks: Chosen[] = [];
const turns: Chosen[] = [];

/** The decisions that keep a client on an Endpoint; for `size` positions at least. */
export function sticksFor(size: number): readonly Chosen[] {
  for (let i = sticks.length; i < size; i++) sticks.push({ kind: "stick", reason: "bound", position: i, value: "" });
  return sticks;
}

/** The decisions that send a client without affinity to an Endpoint; for `size` positions at least. */
export function turnsFor(size: number): readonly Chosen[] {
  for (let i = turns.length; i < size; i++) turns.push({ kind: "none", reason: "off", position: i, value: "" });
  return turns;
}
