import type { BackendIndex } from "../backend-index.ts";
import { hasFailed } from "./strategy.ts";

function pastFailed(backend: BackendIndex, failed: readonly number[]): number {
  for (let i = 0; i < backend.rota.length; i++) {
    const position = backend.rota[(backend.turn + i) % backend.rota.length] as number;
    if (!hasFailed(position, failed)) return position;
  }
  return -1;
}

/** The next Endpoint in turn, past those that failed; -1 when none is left. Each worker takes its own turns. */
export function roundRobin(backend: BackendIndex, failed: readonly number[]): number {
  const turn = backend.turn + 1 < backend.rota.length ? backend.turn + 1 : 0;
  backend.turn = turn;
  const position = backend.rota[turn] as number;
  return hasFailed(position, failed) ? pastFailed(backend, failed) : position;
}
