import type { MutableRing, MutableWords } from "../snapshot/ring.ts";
import { crcOfMore, crcState } from "./crc32.ts";

/** Points of one Endpoint on the ring (ingress-nginx: lua-resty-balancer's chash, weight 1). */
export const POINTS = 160;

/** Points in some order: their hashes, and the positions of the Endpoints that they belong to. */
export interface Points {
  readonly hashes: MutableWords;
  readonly owners: MutableWords;
}

/**
 * Where a runtime keeps rings.
 *
 * @noSelf
 */
export interface RingMemory {
  /** Room for a ring of so many points and 2^bits buckets. */
  readonly ring: (points: number, bits: number) => MutableRing;
  /** Room for so many points, twice, until the next call: thousands of small rings are made at once. */
  readonly scratch: (points: number) => readonly [Points, Points];
}

/** Writes the points of one Endpoint: each is the CRC-32 of its id and of the point before. */
function writePoints(id: string, position: number, { hashes, owners }: Points): void {
  const state = crcState(id);
  const start = position * POINTS;
  let point = 0;
  for (let i = start; i < start + POINTS; i++) {
    point = crcOfMore(state, point);
    hashes[i] = point;
    owners[i] = position;
  }
}

/** Used again by every sort. */
const starts: number[] = [];

/** Where the points of each value of a byte of the hash begin, once they are sorted by it. */
function startsOf(hashes: MutableWords, count: number, shift: number): number[] {
  for (let value = 0; value < 256; value++) starts[value] = 0;
  for (let i = 0; i < count; i++) {
    const value = ((hashes[i] as number) >>> shift) & 255;
    starts[value] = (starts[value] as number) + 1;
  }
  let start = 0;
  for (let value = 0; value < 256; value++) {
    const of = starts[value] as number;
    starts[value] = start;
    start += of;
  }
  return starts;
}

function sortByByte(from: Points, to: Points, count: number, shift: number): void {
  const next = startsOf(from.hashes, count, shift);
  for (let i = 0; i < count; i++) {
    const hash = from.hashes[i] as number;
    const value = (hash >>> shift) & 255;
    const at = next[value] as number;
    next[value] = at + 1;
    to.hashes[at] = hash;
    to.owners[at] = from.owners[i] as number;
  }
}

/** All points by hash, and by position where two are equal: a radix sort, which keeps the order of equals. */
function sortedPoints(ids: readonly string[], memory: RingMemory): Points {
  const count = ids.length * POINTS;
  const [points, other] = memory.scratch(count);
  for (let i = 0; i < ids.length; i++) writePoints(ids[i] as string, i, points);
  sortByByte(points, other, count, 0);
  sortByByte(other, points, count, 8);
  sortByByte(points, other, count, 16);
  sortByByte(other, points, count, 24);
  return points;
}

/** So many that a bucket holds about two points, within the 16 bits that the data plane reads. */
function bitsFor(points: number): number {
  let bits = 0;
  while (bits < 16 && 2 ** bits * 2 < points) bits++;
  return bits;
}

/** Fills in the first point at or behind each bucket's start. */
function writeIndex(ring: MutableRing, buckets: number, points: number): void {
  let point = 0;
  for (let bucket = 0; bucket < buckets; bucket++) {
    while (point < points && (ring.hashes[point] as number) < bucket * ring.bucketWidth) point++;
    ring.index[bucket] = point;
  }
}

/** No hash is greater: every search ends here. */
const SENTINEL = 4294967295;

/**
 * The hash ring over Endpoints, the same in every runtime (ingress-nginx: lua-resty-balancer's chash).
 *
 * @param ids `address:port` of each Endpoint, by position; at least one
 */
export function buildRing(ids: readonly string[], memory: RingMemory): MutableRing {
  const points = ids.length * POINTS;
  const sorted = sortedPoints(ids, memory);
  const bits = bitsFor(points);
  const ring = memory.ring(points, bits);
  for (let i = 0; i < points; i++) {
    ring.hashes[i] = sorted.hashes[i] as number;
    ring.owners[i] = sorted.owners[i] as number;
  }
  ring.hashes[points] = SENTINEL;
  ring.owners[points] = ring.owners[0] as number;
  writeIndex(ring, 2 ** bits, points);
  return ring;
}
