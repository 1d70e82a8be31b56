import { editDistance } from "../text/edit-distance.ts";

/** Longer texts are nobody's typing mistake. */
const LONGEST = 80;

/** The name that looks most like what was written; undefined when none is near (more than a third of it differs). */
export function nearestName(written: string, names: readonly string[]): string | undefined {
  if (written.length > LONGEST) return undefined;
  let nearest: string | undefined;
  let least = Math.floor(written.length / 3) + 1;
  for (const name of names) {
    if (Math.abs(name.length - written.length) >= least) continue;
    const edits = editDistance(written, name);
    if (edits < least) {
      least = edits;
      nearest = name;
    }
  }
  return nearest;
}
