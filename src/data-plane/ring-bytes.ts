import { cast } from "ffi";
import { type Ring, ringLength, type Words } from "../snapshot/ring.ts";

/** Pointer arithmetic, in elements. */
declare const advance: LuaAddition<Words, number, Words>;

/** A Ring that is read where its bytes lie, and the string that keeps them alive. */
export interface CastRing extends Ring {
  readonly bytes: string;
}

/** Pointers into the bytes of a ring entry; see snapshot/ring.ts for the layout. */
export function castRing(bytes: string): CastRing {
  const words = cast("const uint32_t *", bytes) as Words;
  const points = words[0] as number;
  const buckets = 2 ** (words[1] as number);
  const index = advance(words, 2);
  const hashes = advance(index, buckets);
  const owners = cast("const uint16_t *", advance(hashes, points + 1)) as Words;
  return { bytes, bucketWidth: 4294967296 / buckets, index, hashes, owners };
}

const SENTINEL = 4294967295;

/** Whether the bytes hold a whole ring: the right length, and the sentinel where a search must end. */
export function isWholeRing(bytes: string): boolean {
  if (bytes.length < 16) return false;
  const words = cast("const uint32_t *", bytes) as Words;
  const points = words[0] as number;
  const bits = words[1] as number;
  if (bits > 16 || bytes.length !== ringLength(points, bits)) return false;
  return castRing(bytes).hashes[points] === SENTINEL;
}
