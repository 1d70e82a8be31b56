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
import { ANSWERS, keyKind, REQUESTS, type Tally, TIMES } from "./tally.ts";

const dict = ngx.shared["limpet_metrics"] as SharedDict;

/** Seconds between two flushes. */
const PAUSE = 1;

/** Tallies that are written, or told, before requests go first. */
const TALLIES_AT_A_TIME = 50;

let process = 0;
let armed = false;

/** Tallies whose next flush is to come. */
let dirty: Tally[] = [];

export function processNumber(): number {
  if (process === 0) process = dict.incr("processes", 1, 0);
  return process;
}

function addDecision(decisions: Record<string, Record<string, number>>, key: string, count: number): void {
  const blank = key.indexOf(" ");
  const kind = key.substring(0, blank);
  const reasons = decisions[kind] ?? {};
  reasons[key.substring(blank + 1)] = count;
  decisions[kind] = reasons;
}

/** A tally as it is told (snapshot/tally.ts): the requests as pairs, since a record's names are texts. */
function record({ ingress, service, counts, times }: Tally): object {
  const requests: number[][] = [];
  const decisions: Record<string, Record<string, number>> = {};
  const endpoints: Record<string, number> = {};
  for (const key in counts) {
    const count = counts[key] as number;
    const kind = keyKind(key);
    if (kind === "request") requests.push([key as unknown as number, count]);
    else if (kind === "decision") addDecision(decisions, key, count);
    else endpoints[key] = count;
  }
  const durations = times.slice(REQUESTS, ANSWERS);
  const upstream = times.slice(ANSWERS, TIMES);
  return { ingress, service, requests, durations, upstream, decisions, endpoints };
}

function write(tally: Tally): void {
  tally.dirty = false;
  dict.safe_set(`tally/${processNumber()}/${tally.number}`, encode(record(tally)));
}

function flush(): void {
  armed = false;
  const changed = dirty;
  dirty = [];
  for (let i = 0; i < changed.length; i++) {
    write(changed[i] as Tally);
    if (i % TALLIES_AT_A_TIME === TALLIES_AT_A_TIME - 1) ngx.sleep(0.001);
  }
  dict.safe_set(`count/${processNumber()}`, tallies.length);
}

/** Notes that a tally has something new; the first note arms the next flush. */
export function markDirty(tally: Tally): void {
  tally.dirty = true;
  dirty.push(tally);
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
