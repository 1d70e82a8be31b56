import { setImmediate } from "node:timers/promises";
import type { Tally, TallyHistogram } from "../../snapshot/tally.ts";

function addCounts(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): Record<string, number> {
  const sum: Record<string, number> = { ...a };
  for (const [key, count] of Object.entries(b)) sum[key] = (sum[key] ?? 0) + count;
  return sum;
}

function addHistograms(a: TallyHistogram, b: TallyHistogram): TallyHistogram {
  return a.map((value, i) => value + (b[i] ?? 0));
}

function addRequests(a: Tally["requests"], b: Tally["requests"]): Tally["requests"] {
  const sum = new Map(a.map(([key, count]) => [key, count]));
  for (const [key, count] of b) sum.set(key, (sum.get(key) ?? 0) + count);
  return [...sum];
}

function addDecisions(a: Tally["decisions"], b: Tally["decisions"]): Tally["decisions"] {
  const outcomes = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries([...outcomes].map((outcome) => [outcome, addCounts(a[outcome] ?? {}, b[outcome] ?? {})]));
}

function add(a: Tally, b: Tally): Tally {
  return {
    ingress: a.ingress,
    service: a.service,
    requests: addRequests(a.requests, b.requests),
    durations: addHistograms(a.durations, b.durations),
    upstream: addHistograms(a.upstream, b.upstream),
    decisions: addDecisions(a.decisions, b.decisions),
    endpoints: addCounts(a.endpoints, b.endpoints),
  };
}

/** So many are added up before other work gets its turn. */
const AT_A_TIME = 500;

/** The sums over all worker processes, one for each Ingress and Service. */
export async function mergeTallies(tallies: readonly Tally[]): Promise<Tally[]> {
  const merged = new Map<string, Tally>();
  for (const [i, tally] of tallies.entries()) {
    const key = `${tally.ingress} ${tally.service}`;
    const known = merged.get(key);
    merged.set(key, known === undefined ? tally : add(known, tally));
    if (i % AT_A_TIME === AT_A_TIME - 1) await setImmediate();
  }
  return [...merged.values()];
}
