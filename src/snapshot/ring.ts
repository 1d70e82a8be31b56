/**
 * The hash ring of a Backend as bytes that are read where they lie: no decoding, no sorting. Little endian:
 *
 *     u32 points                    p, without the sentinel
 *     u32 bits                      2^bits buckets over the 32-bit hash space
 *     u32 index[2^bits]             the first point at or behind each bucket's start
 *     u32 hashes[p + 1]             ascending; the last is the sentinel 2^32 - 1
 *     u16 owners[p + 1]             the position of the point's Endpoint; the sentinel's is the first point's (wrap)
 *
 * Who needs the ring of a small Backend builds it: that takes less than reading it would. A large one is an entry.
 */

/** Unsigned integers by position from 0: a typed array in Node, a pointer in LuaJIT. Not an array on purpose. */
export interface Words {
  readonly [position: number]: number;
}

export interface MutableWords {
  [position: number]: number;
}

export interface Ring {
  /** Width of a bucket: 2^32 / 2^bits. */
  readonly bucketWidth: number;
  readonly index: Words;
  readonly hashes: Words;
  readonly owners: Words;
}

/** A Ring that is being built. */
export interface MutableRing extends Ring {
  readonly index: MutableWords;
  readonly hashes: MutableWords;
  readonly owners: MutableWords;
}

/** Backends with more Endpoints have their ring in the Snapshot: building it would hold up a worker for milliseconds. */
export const MOST_BUILT_ENDPOINTS = 256;

/** Bytes that a ring of so many points takes. */
export function ringLength(points: number, bits: number): number {
  return 8 + 4 * 2 ** bits + 6 * (points + 1);
}
