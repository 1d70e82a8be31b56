import type { BackendIndex } from "../../affinity/backend-index.ts";
import { movingAverage } from "../../affinity/moving-average.ts";
import type { LoadedBackend } from "../loaded-backends.ts";

/**
 * How quickly Endpoints answer, by `address:port`: what this worker saw itself. It outlives the Backend's entry, which a
 * roll-out exchanges again and again.
 */
interface AnswerTime {
  /** Seconds. */
  average: number;
  /** Seconds since 1970. */
  at: number;
}

/** A failed attempt counts as an answer that took so many seconds: whoever refuses at once must not look quick. */
export const FAILED_SECONDS = 10;

/** Addresses come and go: rather than to look for those that are gone, all is forgotten once in a long while. */
const MOST_ENDPOINTS = 20000;

let times: Record<string, AnswerTime | undefined> = {};
let count = 0;

function begin(name: string, seconds: number, now: number): void {
  if (count === MOST_ENDPOINTS) {
    times = {};
    count = 0;
  }
  times[name] = { average: seconds, at: now };
  count++;
}

/** Takes the time in that an Endpoint took to answer. @param seconds FAILED_SECONDS when it did not */
export function observeAnswer(backend: LoadedBackend, position: number, seconds: number): void {
  const name = backend.names[position] as string;
  const known = times[name];
  const now = ngx.now();
  if (known === undefined) return begin(name, seconds, now);
  known.average = movingAverage(known.average, now - known.at, seconds);
  known.at = now;
}

/** Seconds, as they count now; undefined for an Endpoint that this worker has not asked yet. */
export function answerTime(backend: BackendIndex, position: number): number | undefined {
  const known = times[(backend as LoadedBackend).names[position] as string];
  return known === undefined ? undefined : movingAverage(known.average, ngx.now() - known.at, 0);
}
