import type { BackendIndex } from "../backend-index.ts";
import type { Pool } from "../pool.ts";
import type { World } from "../world.ts";

/** An Endpoint, by position, and the cookie value that leads back to it. */
export interface Binding {
  readonly position: number;
  /** Empty: nothing leads to this Endpoint in this mode just now. */
  readonly value: string;
}

/**
 * How new Bindings are made: one for each mode and cookie format.
 *
 * @noSelf
 */
export interface Strategy {
  /** A new Binding to an Endpoint of the pool that is not among `failed`; undefined when none is left. */
  readonly pick: (backend: BackendIndex, pool: Pool, failed: readonly number[], world: World) => Binding | undefined;
  /** A value that binds to this very Endpoint; empty when the mode has none for it. */
  readonly bind: (backend: BackendIndex, position: number, world: World) => string;
}

export function hasFailed(position: number, failed: readonly number[]): boolean {
  for (let i = 0; i < failed.length; i++) {
    if (failed[i] === position) return true;
  }
  return false;
}

/** Whether a new session may go there. */
export function isOpen(pool: Pool, position: number, failed: readonly number[]): boolean {
  return pool.isOpen[position] === true && !hasFailed(position, failed);
}
