import type { BackendIndex } from "../backend-index.ts";
import type { World } from "../world.ts";
import { randomOpen } from "./random-open.ts";
import { hasFailed } from "./strategy.ts";

/**
 * Seconds that the Endpoint at a position has taken to answer lately; undefined: it has not answered yet.
 *
 * @noSelf
 */
export type AnswerTimes = (backend: BackendIndex, position: number) => number | undefined;

/** An Endpoint of which nothing is known is as good as the other: it gets a fair share, and no rush. */
function better(first: number, second: number, backend: BackendIndex, times: AnswerTimes): number {
  const [one, other] = [times(backend, first), times(backend, second)];
  return one !== undefined && other !== undefined && other < one ? second : first;
}

/**
 * The position of the quicker of two open Endpoints drawn at random (ingress-nginx: `load-balance: ewma`); past those that
 * failed, -1 when none is left.
 */
export function quicker(backend: BackendIndex, failed: readonly number[], world: World, times: AnswerTimes): number {
  const { open } = backend;
  if (open.length < 2) return randomOpen(backend, failed, world);
  const drawn = world.random(open.length);
  const first = open[drawn] as number;
  const second = open[(drawn + 1 + world.random(open.length - 1)) % open.length] as number;
  if (hasFailed(first, failed)) return hasFailed(second, failed) ? randomOpen(backend, failed, world) : second;
  return hasFailed(second, failed) ? first : better(first, second, backend, times);
}
