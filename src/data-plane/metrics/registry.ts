import { newTally, type Tally } from "./tally.ts";

/** Every Tally of this worker, in the order of their making: a Route that comes back goes on with its own. */
export const tallies: Tally[] = [];
const byLabels: Record<string, Tally | undefined> = {};

export function tallyOf(ingress: string, service: string): Tally {
  const labels = `${ingress} ${service}`;
  const known = byLabels[labels];
  if (known !== undefined) return known;
  const tally = newTally(ingress, service, tallies.length);
  tallies.push(tally);
  byLabels[labels] = tally;
  return tally;
}
