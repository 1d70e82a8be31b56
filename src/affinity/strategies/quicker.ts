import type { BackendIndex } from "../backend-index.ts";
import type { World } from "../world.ts";
import { hasFailed } from "./strategy.ts";

/**
 * Seconds that the Endpoint at a position has taken to answer lately; undefined: it has not answered yet.
 *
 * @noSelf
 */
export type AnswerTimes = (backend: BackendIndex, position: number) => number | undefined;

/** An Endpoint of which nothing is known is as good as the other: it gets a fair share, and no rush. */
function better(first: number, second: number, backend: BackendIndex, times: AnswerTimes): number {
  const one = times(backend, first);
  const other = times(backend, second);
  return one !== undefined && other !== undefined && other < one ? second : first;
}

function untried({ rota }: BackendIndex, failed: readonly number[], from: number): number {
  for (let i = 0; i < rota.length; i++) {
    const position = rota[(from + i) % rota.length] as number;
    if (!hasFailed(position, failed)) return position;
  }
  return -1;
}

/**
 * The position of the quicker of two Endpoints drawn at random among those that take turns (ingress-nginx: `load-balance:
 * ewma`), past those that failed; -1 when none is left.
 */
export function quicker(backend: BackendIndex, failed: readonly number[], world: World, times: AnswerTimes): number {
  const { rota } = backend;
  const drawn = world.random(rota.length);
  const other = rota.length < 2 ? drawn : (drawn + 1 + world.random(rota.length - 1)) % rota.length;
  const first = rota[drawn] as number;
  const second = rota[other] as number;
  if (hasFailed(first, failed)) return untried(backend, failed, other);
  return hasFailed(second, failed) ? first : better(first, second, backend, times);
}
