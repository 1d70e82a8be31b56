import { C, cast, cdef, gc, new as make } from "ffi";
import type { Points, RingMemory } from "../affinity/build-ring.ts";
import { type MutableRing, type MutableWords, ringLength } from "../snapshot/ring.ts";
import { viewRing } from "./ring-bytes.ts";

cdef("void *malloc(size_t bytes); void free(void *memory);");

function newPoints(count: number): Points {
  return { hashes: make("uint32_t[?]", count), owners: make("uint16_t[?]", count) };
}

let room = 0;
let kept: readonly [Points, Points] = [newPoints(0), newPoints(0)];

function scratch(points: number): readonly [Points, Points] {
  if (points > room) {
    room = points;
    kept = [newPoints(points), newPoints(points)];
  }
  return kept;
}

/** Outside of Lua's heap: its collector lets the heap grow to twice what lives, and rings are the most of it. */
function allocateRing(points: number, bits: number): MutableRing {
  const memory = gc(C.malloc(ringLength(points, bits)), C.free);
  const head = cast("uint32_t *", memory) as MutableWords;
  head[0] = points;
  head[1] = bits;
  return viewRing(memory);
}

/** Rings in C's memory. */
export const LUA_MEMORY: RingMemory = { ring: allocateRing, scratch };
