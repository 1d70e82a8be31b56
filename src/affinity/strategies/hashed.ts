import type { Ring } from "../../snapshot/ring.ts";
import type { BackendIndex } from "../backend-index.ts";
import { POINTS } from "../build-ring.ts";
import { crc32 } from "../crc32.ts";
import { pointAt } from "../ring.ts";
import type { World } from "../world.ts";
import { hasFailed, isOpen } from "./strategy.ts";

/** The first `most` open Endpoints behind a hash on the ring that have not failed, each once. */
function behind(ring: Ring, hash: number, most: number, backend: BackendIndex, failed: readonly number[]): number[] {
  const points = backend.size * POINTS;
  const first = pointAt(ring, hash);
  const found: number[] = [];
  for (let i = 0; i < points && found.length < most; i++) {
    const position = ring.owners[(first + i) % points] as number;
    if (isOpen(backend, position, failed) && !hasFailed(position, found)) found.push(position);
  }
  return found;
}

/**
 * The position of the Endpoint that a key leads to: the first open one behind its hash on the ring, which is the one that
 * ingress-nginx's chash gives; with a subset one of the first so many, at random. -1 when all that are open have failed. One
 * that is joining waits until it is open, as clients with a cookie do: replicas should agree about a key.
 *
 * @param subset how many Endpoints share the key, 1 at least
 */
export function hashed(
  key: string,
  subset: number,
  backend: BackendIndex,
  failed: readonly number[],
  world: World,
): number {
  const ring = world.ring(backend);
  if (ring === undefined) return -1;
  // To look for more than there are would be a walk around the whole ring.
  const most = Math.min(subset, backend.open.length);
  const found = behind(ring, crc32(key), most, backend, failed);
  if (found.length === 0) return -1;
  return found[found.length === 1 ? 0 : world.random(found.length)] as number;
}
