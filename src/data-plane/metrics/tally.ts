import type { Decision } from "../../affinity/decision.ts";
import { BUCKETS, METHODS } from "../../snapshot/tally.ts";

/**
 * What one worker has counted for one Ingress and Service since it started. A worker holds one for each that it was ever
 * asked for, and each request counts in one: few tables, and small ones.
 */
export interface Tally {
  readonly ingress: string;
  readonly service: string;
  /** Its place among the tallies of this worker, from 0. */
  readonly number: number;
  /**
   * Requests by `requestKey`, decisions by `decisionKey`, answered requests by the Endpoint's `address:port`: kinds of keys
   * that `keyKind` can tell apart.
   */
  readonly counts: Record<number | string, number>;
  /** Two histograms as snapshot/tally.ts has them, one behind the other: of whole requests, and of Endpoints' answers. */
  readonly times: number[];
  /** Whether it holds more than what was written to the shared memory last. */
  dirty: boolean;
}

/** Of one histogram in `times`: the sum stands behind the counts. */
const SUM = BUCKETS.length + 1;

/** Where the histograms begin in `times`, and where the second one ends. */
export const REQUESTS = 0;
export const ANSWERS = REQUESTS + SUM + 1;
export const TIMES = ANSWERS + SUM + 1;

export function newTally(ingress: string, service: string, number: number): Tally {
  const times: number[] = [];
  for (let i = 0; i < TIMES; i++) times.push(0);
  return { ingress, service, number, counts: {}, times, dirty: false };
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

/** @param histogram REQUESTS or ANSWERS */
export function observe({ times }: Tally, histogram: number, seconds: number): void {
  const bucket = histogram + bucketOf(seconds);
  const sum = histogram + SUM;
  times[bucket] = (times[bucket] as number) + 1;
  times[sum] = (times[sum] as number) + seconds;
}

const methodNumbers: Record<string, number> = {};
for (let i = 1; i < METHODS.length; i++) methodNumbers[METHODS[i] as string] = i;

/** Method and status in one number, which is a cheaper key than a text. */
export function requestKey(method: string, status: number): number {
  return (methodNumbers[method] ?? 0) * 1000 + status;
}

/** Outcome → reason → key: made once, so that no request puts a text together. */
const decisionKeys: Record<string, Record<string, string>> = {};

function firstOfReason(kind: string, reason: string): string {
  const keys = decisionKeys[kind] ?? {};
  decisionKeys[kind] = keys;
  const key = `${kind} ${reason}`;
  keys[reason] = key;
  return key;
}

/** Outcome and reason with a blank between them. */
export function decisionKey({ kind, reason }: Decision): string {
  return decisionKeys[kind]?.[reason] ?? firstOfReason(kind, reason);
}

/** What a key of `counts` counts. */
export function keyKind(key: number | string): "request" | "decision" | "endpoint" {
  if (typeof key === "number") return "request";
  return key.indexOf(" ") < 0 ? "endpoint" : "decision";
}

export function count({ counts }: Tally, key: number | string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
