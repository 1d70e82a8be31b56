import type { RateLimit } from "../../snapshot/route-policies.ts";

/** What buckets need of a shared dict. */
export interface Buckets {
  get(this: Buckets, key: string): string | number | undefined;
  set(this: Buckets, key: string, value: number): void;
  /** Undefined when there is no such key. */
  incr(this: Buckets, key: string, by: number): number | undefined;
}

/** A sum of intervals may be off by so much of one: they are no whole milliseconds. */
const ROUNDING = 0.001;

/**
 * A leaky bucket, NGINX's limit_req without delay, as one number that workers add to without a lock: the millisecond at
 * which the bucket will be empty. Of requests that find it empty in two workers at the same moment one may go uncounted.
 *
 * @param now milliseconds of a clock that never steps back
 * @returns whether there is room; then a request is counted
 */
export function fill(dict: Buckets, key: string, { interval, burst }: RateLimit, now: number): boolean {
  const full = (burst + 1 + ROUNDING) * interval;
  const empty = dict.get(key) as number | undefined;
  if (empty === undefined || empty <= now) {
    dict.set(key, now + interval);
    return true;
  }
  // The limit was another one before: nobody waits longer than for a bucket that is full. (A little more than full it is
  // while another worker refuses a request.)
  if (empty - now > 2 * full) {
    dict.set(key, now + full);
    return false;
  }
  if (empty + interval - now > full) return false;
  const after = dict.incr(key, interval);
  if (after === undefined || after - now <= full) return true;
  dict.incr(key, -interval);
  return false;
}

/** Takes a request back that `fill` has counted. */
export function drain(dict: Buckets, key: string, { interval }: RateLimit): void {
  dict.incr(key, -interval);
}
