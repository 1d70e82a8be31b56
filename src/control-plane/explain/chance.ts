/** Random numbers for a decision that is explained: it is known afterwards whether chance had a say. */
export interface Chance {
  /** A random integer from 0 to limit - 1. */
  readonly random: (limit: number) => number;
  /** Whether there was ever a choice. */
  readonly drawn: () => boolean;
}

/** Numbers that a seed repeats (mulberry32). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function seededChance(seed: number): Chance {
  const next = generator(seed);
  let drawn = false;
  return {
    random: (limit) => {
      if (limit > 1) drawn = true;
      return Math.floor(next() * limit);
    },
    drawn: () => drawn,
  };
}
