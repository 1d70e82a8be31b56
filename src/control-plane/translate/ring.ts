import { crc32 } from "node:zlib";
import { type Ring, ringLength } from "../../snapshot/ring.ts";

/** Points of one Endpoint on the ring (ingress-nginx: lua-resty-balancer's chash, weight 1). */
export const POINTS = 160;

/** Positions are 16 bits wide in the ring's bytes. */
export const MOST_ENDPOINTS = 65535;

const SENTINEL = 4294967295;
const HASH_SPACE = 4294967296;

const steps = new Int32Array(256).map((_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = (c & 1) === 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** Goes on with an unfinished CRC-32 over the four bytes of `word`, little end first, and finishes it. */
function crcOver(state: number, word: number): number {
  let crc = state;
  for (let shift = 0; shift < 32; shift += 8) {
    crc = (steps[(crc ^ (word >>> shift)) & 255] as number) ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}

/** The points of a ring: their hashes, and by position the Endpoints that they belong to. */
interface Points {
  readonly hashes: Uint32Array;
  readonly owners: Uint16Array;
}

/** Writes the points of one Endpoint: each is the CRC-32 of its id and of the point before. */
function writePoints(id: string, position: number, { hashes, owners }: Points): void {
  const state = ~crc32(id);
  const start = position * POINTS;
  let point = 0;
  for (let i = start; i < start + POINTS; i++) {
    point = crcOver(state, point);
    hashes[i] = point;
    owners[i] = position;
  }
}

/** Used again by every sort. */
const starts = new Uint32Array(256);

/** Where the points of each value of a byte of the hash begin, once they are sorted by it. */
function startsOf(hashes: Uint32Array, shift: number): Uint32Array {
  starts.fill(0);
  for (let i = 0; i < hashes.length; i++) {
    const value = ((hashes[i] as number) >>> shift) & 255;
    starts[value] = (starts[value] as number) + 1;
  }
  let start = 0;
  for (let value = 0; value < 256; value++) {
    const count = starts[value] as number;
    starts[value] = start;
    start += count;
  }
  return starts;
}

function sortByByte(from: Points, to: Points, shift: number): void {
  const next = startsOf(from.hashes, shift);
  for (let i = 0; i < from.hashes.length; i++) {
    const hash = from.hashes[i] as number;
    const value = (hash >>> shift) & 255;
    const at = next[value] as number;
    next[value] = at + 1;
    to.hashes[at] = hash;
    to.owners[at] = from.owners[i] as number;
  }
}

function allocate(points: number): Points {
  return { hashes: new Uint32Array(points), owners: new Uint16Array(points) };
}

/** More points than this, 1,000 Endpoints, get memory of their own: it is not kept for one large Backend. */
const MOST_KEPT = 1000 * POINTS;

const kept: readonly [Points, Points] = [allocate(MOST_KEPT), allocate(MOST_KEPT)];

function first({ hashes, owners }: Points, points: number): Points {
  return { hashes: hashes.subarray(0, points), owners: owners.subarray(0, points) };
}

/** Room for so many points, twice. What is in it is lost with the next call: thousands of small rings are made at once. */
function scratch(points: number): readonly [Points, Points] {
  if (points > MOST_KEPT) return [allocate(points), allocate(points)];
  return [first(kept[0], points), first(kept[1], points)];
}

/** All points by hash, and by position where two are equal: a radix sort, which keeps the order of equals. */
function sortedPoints(ids: readonly string[]): Points {
  const [points, other] = scratch(ids.length * POINTS);
  for (let i = 0; i < ids.length; i++) writePoints(ids[i] as string, i, points);
  sortByByte(points, other, 0);
  sortByByte(other, points, 8);
  sortByByte(points, other, 16);
  sortByByte(other, points, 24);
  return points;
}

/** So many that a bucket holds about two points, within the 16 bits that the data plane reads. */
function bitsFor(points: number): number {
  return points <= 2 ? 0 : Math.min(16, Math.ceil(Math.log2(points / 2)));
}

/** Fills in the first point at or behind each bucket's start. */
function writeIndex(index: Uint32Array, hashes: Uint32Array, points: number): void {
  const width = HASH_SPACE / index.length;
  let point = 0;
  for (let bucket = 0; bucket < index.length; bucket++) {
    while (point < points && (hashes[point] as number) < bucket * width) point++;
    index[bucket] = point;
  }
}

/**
 * The hash ring over Endpoints, as the bytes of `snapshot/ring.ts`.
 *
 * @param ids `address:port` of each Endpoint, by position; at most MOST_ENDPOINTS of them
 */
export function buildRing(ids: readonly string[]): Uint8Array {
  const points = ids.length * POINTS;
  const sorted = sortedPoints(ids);
  const bits = bitsFor(points);
  const bytes = new Uint8Array(ringLength(points, bits));
  new Uint32Array(bytes.buffer, 0, 2).set([points, bits]);
  const { index, hashes, owners } = views(bytes);
  hashes.set(sorted.hashes);
  owners.set(sorted.owners);
  hashes[points] = SENTINEL;
  owners[points] = owners[0] as number;
  writeIndex(index, hashes, points);
  return bytes;
}

/** Typed arrays over a ring's bytes, which begin at a multiple of four. */
function views(bytes: Uint8Array): { index: Uint32Array; hashes: Uint32Array; owners: Uint16Array } {
  const { buffer, byteOffset } = bytes;
  const head = new Uint32Array(buffer, byteOffset, 2);
  const points = head[0] as number;
  const buckets = 2 ** (head[1] as number);
  const hashesAt = byteOffset + 8 + 4 * buckets;
  return {
    index: new Uint32Array(buffer, byteOffset + 8, buckets),
    hashes: new Uint32Array(buffer, hashesAt, points + 1),
    owners: new Uint16Array(buffer, hashesAt + 4 * (points + 1), points + 1),
  };
}

/**
 * A Ring over the bytes that `buildRing` made, read where they lie.
 *
 * @throws Error when the bytes are no whole ring
 */
export function readRing(bytes: Uint8Array): Ring {
  if (bytes.length < 16) throw new Error("ring: too short");
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : Uint8Array.from(bytes);
  const [points, bits] = new Uint32Array(aligned.buffer, aligned.byteOffset, 2) as unknown as [number, number];
  if (bits > 16 || aligned.length !== ringLength(points, bits)) throw new Error("ring: not whole");
  const { index, hashes, owners } = views(aligned);
  return { bucketWidth: HASH_SPACE / index.length, index, hashes, owners };
}
