import type { BackendIndex } from "../backend-index.ts";
import type { World } from "../world.ts";
import { hasFailed } from "./strategy.ts";

function nextUntried(backend: BackendIndex, failed: readonly number[], from: number): number {
  for (let i = 1; i < backend.open.length; i++) {
    const position = backend.open[(from + i) % backend.open.length] as number;
    if (!hasFailed(position, failed)) return position;
  }
  return -1;
}

/** The position of an open Endpoint drawn evenly, past those that failed; -1 when none is left. */
export function randomOpen(backend: BackendIndex, failed: readonly number[], world: World): number {
  const drawn = world.random(backend.open.length);
  const position = backend.open[drawn] as number;
  return hasFailed(position, failed) ? nextUntried(backend, failed, drawn) : position;
}
