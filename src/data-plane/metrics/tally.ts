import type { Decision } from "../../affinity/decision.ts";
import { BUCKETS, METHODS } from "../../snapshot/tally.ts";

/** What one worker has counted for one Ingress and Service since it started. */
export interface Tally {
  readonly ingress: string;
  readonly service: string;
  /** `METHOD STATUS` as a number: see `requestKey`. */
  readonly requests: Record<number, number>;
  readonly durations: number[];
  readonly upstream: number[];
  /** Outcome → reason → count. */
  readonly decisions: Record<string, Record<string, number> | undefined>;
  /** `address:port` → answered requests. */
  readonly endpoints: Record<string, number>;
  /** Whether it holds more than what was written to the shared memory last. */
  dirty: boolean;
}

/** As snapshot/tally.ts has it: the sum stands behind the counts. */
const SUM = BUCKETS.length + 1;

function emptyHistogram(): number[] {
  const histogram: number[] = [];
  for (let i = 0; i <= SUM; i++) histogram.push(0);
  return histogram;
}

export function newTally(ingress: string, service: string): Tally {
  return {
    ingress,
    service,
    requests: {},
    durations: emptyHistogram(),
    upstream: emptyHistogram(),
    decisions: {},
    endpoints: {},
    dirty: false,
  };
}

/** The bucket of a duration in seconds: the bounds of snapshot/tally.ts, written out. Comparisons in a row: a loop would keep the log phase from compiling. */
function bucketOf(seconds: number): number {
  if (seconds <= 0.001) return 0;
  if (seconds <= 0.005) return 1;
  if (seconds <= 0.01) return 2;
  if (seconds <= 0.025) return 3;
  if (seconds <= 0.05) return 4;
  if (seconds <= 0.1) return 5;
  return slowBucket(seconds);
}

function slowBucket(seconds: number): number {
  if (seconds <= 0.25) return 6;
  if (seconds <= 0.5) return 7;
  if (seconds <= 1) return 8;
  if (seconds <= 2.5) return 9;
  if (seconds <= 5) return 10;
  return seconds <= 10 ? 11 : 12;
}

export function observe(histogram: number[], seconds: number): void {
  const bucket = bucketOf(seconds);
  histogram[bucket] = (histogram[bucket] as number) + 1;
  histogram[SUM] = (histogram[SUM] as number) + seconds;
}

const methodNumbers: Record<string, number> = {};
for (let i = 1; i < METHODS.length; i++) methodNumbers[METHODS[i] as string] = i;

/** Method and status in one number, which is a cheaper key than a text. */
export function requestKey(method: string, status: number): number {
  return (methodNumbers[method] ?? 0) * 1000 + status;
}

function firstOfKind(tally: Tally, kind: string): Record<string, number> {
  const reasons: Record<string, number> = {};
  tally.decisions[kind] = reasons;
  return reasons;
}

export function countDecision(tally: Tally, decision: Decision): void {
  const reasons = tally.decisions[decision.kind] ?? firstOfKind(tally, decision.kind);
  reasons[decision.reason] = (reasons[decision.reason] ?? 0) + 1;
}
