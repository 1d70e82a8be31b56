import { state } from "../shared-state.ts";
import { limitsDict } from "./limits-dict.ts";

/**
 * Requests in flight are counted for each worker apart, under a name that its successor does not use: what a worker that
 * was killed never gave back counts no more once another has taken its place.
 */
function lifeOf(worker: number): string {
  return `${worker}.${state.get(`life/${worker}`) ?? 0}`;
}

let ownLife = "";

/** Runs once in each worker. */
export function beginCountingConnections(): void {
  const worker = ngx.worker.id();
  ownLife = `${worker}.${state.incr(`life/${worker}`, 1, 0)}`;
}

function heldInAll(key: string): number {
  let held = 0;
  for (let worker = 0; worker < ngx.worker.count(); worker++) {
    held += (limitsDict.get(`${key} ${lifeOf(worker)}`) ?? 0) as number;
  }
  return held;
}

/**
 * Counts a request in flight.
 *
 * @returns what to release it by; undefined: there are as many as there may be. Of two that come at the same moment in two
 * workers both may be refused; never are there more.
 */
export function hold(key: string, most: number): string | undefined {
  const own = `${key} ${ownLife}`;
  limitsDict.incr(own, 1, 0);
  if (heldInAll(key) <= most) return own;
  release(own);
  return undefined;
}

/** @param held what `hold` gave */
export function release(held: string): void {
  limitsDict.incr(held, -1);
}
