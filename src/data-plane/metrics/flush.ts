/**
 * From the workers' tables to the shared memory, at most once a second and only while there is something to tell.
 *
 *     limpet_metrics   processes               how many worker processes there have been
 *                      count/<process>         how many tallies that process has
 *                      tally/<process>/<i>     its i-th tally, whole
 *
 * A worker that dies leaves what it wrote; its successor counts from zero under a number of its own. So no sum of all
 * ever goes back, and what is lost with a worker is its last second.
 */
import { encode } from "../../snapshot/codec.ts";
import { tallies } from "./registry.ts";
import type { Tally } from "./tally.ts";

const dict = ngx.shared["limpet_metrics"] as SharedDict;

/** Seconds between two flushes. */
const PAUSE = 1;

/** Tallies that are written, or told, before requests go first. */
const TALLIES_AT_A_TIME = 50;

let process = 0;
let armed = false;

export function processNumber(): number {
  if (process === 0) process = dict.incr("processes", 1, 0);
  return process;
}

/** A tally as it is told: the requests as pairs, since a record's names are texts. */
function record(tally: Tally): object {
  const requests: number[][] = [];
  for (const key in tally.requests) {
    const number = tonumber(key) ?? 0;
    requests.push([number, tally.requests[number] ?? 0]);
  }
  const { ingress, service, durations, upstream, decisions, endpoints } = tally;
  return { ingress, service, requests, durations, upstream, decisions, endpoints };
}

function flush(): void {
  armed = false;
  let written = 0;
  for (let i = 0; i < tallies.length; i++) {
    const tally = tallies[i] as Tally;
    if (tally.dirty) {
      tally.dirty = false;
      dict.safe_set(`tally/${processNumber()}/${i}`, encode(record(tally)));
      written++;
      if (written % TALLIES_AT_A_TIME === 0) ngx.sleep(0.001);
    }
  }
  dict.safe_set(`count/${processNumber()}`, tallies.length);
}

/** Notes that a tally has something new; the first note arms the next flush. */
export function markDirty(tally: Tally): void {
  tally.dirty = true;
  if (armed) return;
  armed = true;
  ngx.timer.at(PAUSE, () => flush());
}

/** Hands every tally of every process over, encoded. */
export function eachTally(take: (encoded: string) => void): void {
  const processes = (dict.get("processes") ?? 0) as number;
  for (let number = 1; number <= processes; number++) {
    const count = (dict.get(`count/${number}`) ?? 0) as number;
    for (let i = 0; i < count; i++) {
      const encoded = dict.get(`tally/${number}/${i}`) as string | undefined;
      if (encoded !== undefined) take(encoded);
      if (i % TALLIES_AT_A_TIME === TALLIES_AT_A_TIME - 1) ngx.sleep(0.001);
    }
    ngx.sleep(0.001);
  }
}
