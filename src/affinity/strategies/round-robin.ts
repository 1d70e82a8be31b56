import type { BackendIndex } from "../backend-index.ts";
import { hasFailed } from "./strategy.ts";

function pastFailed(backend: BackendIndex, failed: readonly number[]): number {
  for (let i = 0; i < backend.open.length; i++) {
    const position = backend.open[(backend.turn + i) % backend.open.length] as number;
    if (!hasFailed(position, failed)) return position;
  }
  return -1;
}

/** The next open Endpoint in turn, past those that failed; -1 when none is left. Each worker takes its own turns. */
export function roundRobin(backend: BackendIndex, failed: readonly number[]): number {
  const turn = backend.turn + 1 < backend.open.length ? backend.turn + 1 : 0;
  backend.turn = turn;
  const position = backend.open[turn] as number;
  return hasFailed(position, failed) ? pastFailed(backend, failed) : position;
}
