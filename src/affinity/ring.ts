import type { Ring } from "../snapshot/ring.ts";

function walk(ring: Ring, hash: number, from: number): number {
  let point = from;
  // The sentinel is not below any hash, so the walk ends.
  while ((ring.hashes[point] as number) < hash) point++;
  return ring.owners[point] as number;
}

/** Written out: a loop would keep LuaJIT from compiling its callers, and so would a function that calls itself. */
function search(ring: Ring, hash: number, from: number): number {
  const { hashes, owners } = ring;
  if ((hashes[from] as number) >= hash) return owners[from] as number;
  if ((hashes[from + 1] as number) >= hash) return owners[from + 1] as number;
  if ((hashes[from + 2] as number) >= hash) return owners[from + 2] as number;
  if ((hashes[from + 3] as number) >= hash) return owners[from + 3] as number;
  if ((hashes[from + 4] as number) >= hash) return owners[from + 4] as number;
  if ((hashes[from + 5] as number) >= hash) return owners[from + 5] as number;
  return walk(ring, hash, from + 6);
}

/**
 * The position of the Endpoint that owns `hash` (unsigned, 32 bits): that of the first point at or after it, the first
 * point of all behind the last one (ingress-nginx: lua-resty-balancer's chash).
 *
 * Two comparisons serve six calls of seven. The next ones matter all the same: a client whose value lies behind two points
 * goes there with each request.
 */
export function locate(ring: Ring, hash: number): number {
  const first = ring.index[Math.floor(hash / ring.bucketWidth)] as number;
  if ((ring.hashes[first] as number) >= hash) return ring.owners[first] as number;
  if ((ring.hashes[first + 1] as number) >= hash) return ring.owners[first + 1] as number;
  return search(ring, hash, first + 2);
}

/**
 * The first point at or after `hash`; that of the sentinel behind the last one, so points that follow are counted modulo
 * their number. For those who go on from there; `locate` is the way to an Endpoint.
 */
export function pointAt(ring: Ring, hash: number): number {
  let point = ring.index[Math.floor(hash / ring.bucketWidth)] as number;
  while ((ring.hashes[point] as number) < hash) point++;
  return point;
}
