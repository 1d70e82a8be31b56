const FIRST_MS = 100;
const LONGEST_MS = 5_000;

/** An NGINX that lived this long was well; milliseconds. */
const WELL_MS = 60_000;

/** How long to wait before NGINX is started again: twice as long each time, until one has lived for a while. */
export class BackOff {
  #next = FIRST_MS;

  /**
   * @param aliveMs how long the one that ended has lived; 0 for one that did not start
   * @returns milliseconds to wait
   */
  after(aliveMs: number): number {
    const wait = aliveMs >= WELL_MS ? FIRST_MS : this.#next;
    this.#next = Math.min(wait * 2, LONGEST_MS);
    return wait;
  }
}
