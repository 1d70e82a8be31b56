/** Seconds after which what was measured counts for a third (1/e; ingress-nginx: `load-balance: ewma`). */
const DECAY_SECONDS = 10;

/**
 * An average that weighs what it was told by its age. Nothing told since counts as zero, so that who was slow once is tried
 * again.
 *
 * @param average as it was `age` seconds ago
 * @param measured what is measured now
 */
export function movingAverage(average: number, age: number, measured: number): number {
  const weight = Math.exp(-Math.max(0, age) / DECAY_SECONDS);
  return average * weight + measured * (1 - weight);
}
