export interface RoundLimits {
  /** Rounds that are always taken. */
  readonly least: number;
  /** Rounds after which a value above the limit is believed. */
  readonly most: number;
}

/**
 * The least of several measurements: more of them are taken only while it is above the limit, so that a value within the
 * limit is never refused for one unlucky start.
 * @param measure takes one more measurement
 */
export async function leastRounds(
  measure: () => Promise<number>,
  limit: number,
  { least, most }: RoundLimits,
): Promise<readonly number[]> {
  const rounds: number[] = [];
  while (rounds.length < least || (rounds.length < most && Math.min(...rounds) > limit)) rounds.push(await measure());
  return rounds;
}
