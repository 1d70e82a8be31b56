import { editDistance } from "../control-plane/text/edit-distance.ts";

/** The choice that somebody probably meant; undefined when none is near. */
export function nearest(given: string, choices: readonly string[]): string | undefined {
  const word = given.toLowerCase();
  const ranked = choices
    .map((choice) => ({ choice, distance: editDistance(word, choice) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(1, best.choice.length / 2) ? best.choice : undefined;
}
