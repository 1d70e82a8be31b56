import type { Pool } from "../pool.ts";
import type { World } from "../world.ts";
import { hasFailed } from "./strategy.ts";

function nextUntried(pool: Pool, failed: readonly number[], from: number): number {
  for (let i = 1; i < pool.open.length; i++) {
    const position = pool.open[(from + i) % pool.open.length] as number;
    if (!hasFailed(position, failed)) return position;
  }
  return -1;
}

/** The position of an open Endpoint drawn evenly, past those that failed; -1 when none is left. */
export function randomOpen(pool: Pool, failed: readonly number[], world: World): number {
  const drawn = world.random(pool.open.length);
  const position = pool.open[drawn] as number;
  return hasFailed(position, failed) ? nextUntried(pool, failed, drawn) : position;
}
