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

/** The sums over all worker processes, one for each Ingress and Service. */
export function mergeTallies(tallies: Iterable<Tally>): Tally[] {
  const merged = new Map<string, Tally>();
  for (const tally of tallies) {
    const key = `${tally.ingress} ${tally.service}`;
    const known = merged.get(key);
    merged.set(key, known === undefined ? tally : add(known, tally));
  }
  return [...merged.values()];
}
