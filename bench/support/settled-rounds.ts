import { median } from "./median.ts";

export interface RoundLimits {
  /** Rounds that are always taken; odd, so that the median is one of them. */
  readonly least: number;
  /** Rounds after which a median above the limit is believed. */
  readonly most: number;
}

/** Taken together, so that the number of rounds stays odd. */
const STEP = 2;

/**
 * Several measurements, of which the median counts: more of them are taken only while it is above the limit, so that a few
 * unlucky starts refuse nothing, and a few lucky ones let nothing pass.
 * @param measure takes one more measurement
 */
export async function settledRounds(
  measure: () => Promise<number>,
  limit: number,
  { least, most }: RoundLimits,
): Promise<readonly number[]> {
  const rounds: number[] = [];
  const take = async (count: number) => {
    for (let i = 0; i < count; i++) rounds.push(await measure());
  };
  await take(least);
  while (rounds.length < most && median(rounds) > limit) await take(STEP);
  return rounds;
}
