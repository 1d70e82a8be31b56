/** Edits that turn one text into the other: insert, delete, replace. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] as number) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[to.length] as number;
}

/** Longer texts are nobody's typing mistake. */
const LONGEST = 80;

/** The name that looks most like what was written; undefined when none is near (more than a third of it differs). */
export function nearestName(written: string, names: readonly string[]): string | undefined {
  if (written.length > LONGEST) return undefined;
  let nearest: string | undefined;
  let least = Math.floor(written.length / 3) + 1;
  for (const name of names) {
    if (Math.abs(name.length - written.length) >= least) continue;
    const edits = distance(written, name);
    if (edits < least) {
      least = edits;
      nearest = name;
    }
  }
  return nearest;
}
