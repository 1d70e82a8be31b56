import { cast } from "ffi";
import { type MutableRing, type MutableWords, type Ring, ringLength, type Words } from "../snapshot/ring.ts";

/** Pointer arithmetic, in elements. */
declare const advance: LuaAddition<MutableWords, number, MutableWords>;

/** A Ring that is read where its bytes lie, and what keeps them alive. */
export interface HeldRing extends MutableRing {
  readonly memory: unknown;
}

/**
 * Pointers into the bytes of a ring; see snapshot/ring.ts for the layout.
 *
 * @param memory a string, or C's memory: where the bytes are
 */
export function viewRing(memory: unknown): HeldRing {
  const words = cast("uint32_t *", cast("const char *", memory)) as MutableWords;
  const points = words[0] as number;
  const buckets = 2 ** (words[1] as number);
  const index = advance(words, 2);
  const hashes = advance(index, buckets);
  const owners = cast("uint16_t *", advance(hashes, points + 1)) as MutableWords;
  return { memory, bucketWidth: 4294967296 / buckets, index, hashes, owners };
}

/** The ring of an entry, read where it lies. */
export function castRing(bytes: string): Ring {
  return viewRing(bytes);
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
