import { buildRing, POINTS, type Points, type RingMemory } from "../../affinity/build-ring.ts";
import { type MutableRing, type Ring, ringLength } from "../../snapshot/ring.ts";

/** Positions are 16 bits wide in the ring's bytes. */
export const MOST_ENDPOINTS = 65535;

const HASH_SPACE = 4294967296;

function allocate(points: number): Points {
  return { hashes: new Uint32Array(points), owners: new Uint16Array(points) };
}

/** More points than this, 1,000 Endpoints, get memory of their own: it is not kept for one large Backend. */
const MOST_KEPT = 1000 * POINTS;

let kept: readonly [Points, Points] | undefined;

function scratch(points: number): readonly [Points, Points] {
  if (points > MOST_KEPT) return [allocate(points), allocate(points)];
  kept ??= [allocate(MOST_KEPT), allocate(MOST_KEPT)];
  return kept;
}

/** Typed arrays over a ring's bytes, which begin at a multiple of four and with how many there are of each. */
function over({ buffer, byteOffset }: Uint8Array): MutableRing {
  const head = new Uint32Array(buffer, byteOffset, 2);
  const points = head[0] as number;
  const buckets = 2 ** (head[1] as number);
  const hashesAt = byteOffset + 8 + 4 * buckets;
  return {
    bucketWidth: HASH_SPACE / buckets,
    index: new Uint32Array(buffer, byteOffset + 8, buckets),
    hashes: new Uint32Array(buffer, hashesAt, points + 1),
    owners: new Uint16Array(buffer, hashesAt + 4 * (points + 1), points + 1),
  };
}

function emptyBytes(points: number, bits: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(ringLength(points, bits));
  new Uint32Array(bytes.buffer, 0, 2).set([points, bits]);
  return bytes;
}

/** Rings as typed arrays. */
export const NODE_MEMORY: RingMemory = { ring: (points, bits) => over(emptyBytes(points, bits)), scratch };

/**
 * The hash ring over Endpoints, as the bytes of `snapshot/ring.ts`.
 *
 * @param ids `address:port` of each Endpoint, by position; at most MOST_ENDPOINTS of them
 */
export function ringBytes(ids: readonly string[]): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array();
  const ring = (points: number, bits: number) => {
    bytes = emptyBytes(points, bits);
    return over(bytes);
  };
  buildRing(ids, { ring, scratch });
  return bytes;
}

/**
 * A Ring over the bytes that `ringBytes` made, read where they lie.
 *
 * @throws Error when the bytes are no whole ring
 */
export function readRing(bytes: Uint8Array): Ring {
  if (bytes.length < 16) throw new Error("ring: too short");
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : Uint8Array.from(bytes);
  const [points, bits] = new Uint32Array(aligned.buffer, aligned.byteOffset, 2) as unknown as [number, number];
  if (bits > 16 || aligned.length !== ringLength(points, bits)) throw new Error("ring: not whole");
  return over(aligned);
}
