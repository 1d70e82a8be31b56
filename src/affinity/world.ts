import type { ClassicCookies } from "../snapshot/model.ts";
import type { Ring } from "../snapshot/ring.ts";
import type { BackendIndex, SlotIndex } from "./backend-index.ts";
import type { ValueIndex } from "./value-index.ts";

/**
 * Everything a decision needs from outside: a phase hands in NGINX's, a test hands in its own.
 *
 * @noSelf
 */
export interface World {
  /** A random integer from 0 to limit - 1. */
  readonly random: (limit: number) => number;
  /** Seconds since 1970, with milliseconds. */
  readonly now: () => number;
  /** The process id, part of the values that ingress-nginx issues. */
  readonly processId: number;
  readonly classicCookies: ClassicCookies;
  /** Absent until a control plane has published them. */
  readonly slots: () => SlotIndex | undefined;
  /** The Backend's ring, fetched when first asked for; absent when there is none. */
  readonly ring: (backend: BackendIndex) => Ring | undefined;
  /** All values of the Backend, indexed when first asked for. */
  readonly values: (backend: BackendIndex) => ValueIndex;
}
