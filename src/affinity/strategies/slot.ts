import { SEALED_LENGTH, SLOT_COUNT } from "../../snapshot/model.ts";
import type { Ring } from "../../snapshot/ring.ts";
import { type SlotIndex, slotHash } from "../backend-index.ts";
import type { Pool } from "../pool.ts";
import { locate } from "../ring.ts";
import { randomOpen } from "./random-open.ts";
import { type Binding, isOpen, type Strategy } from "./strategy.ts";

function slotValue(slots: SlotIndex, slot: number): string {
  return slots.values.substring(slot * SEALED_LENGTH, (slot + 1) * SEALED_LENGTH);
}

/** The first slot behind `from` whose Endpoint is open and has not failed; -1 when there is none. */
function searchOpen(ring: Ring, pool: Pool, failed: readonly number[], from: number): number {
  for (let i = 1; i < SLOT_COUNT; i++) {
    const slot = (from + i) % SLOT_COUNT;
    if (isOpen(pool, locate(ring, slotHash(slot)), failed)) return slot;
  }
  return -1;
}

function searchOwned(ring: Ring, position: number, from: number): number {
  for (let i = 0; i < SLOT_COUNT; i++) {
    const slot = (from + i) % SLOT_COUNT;
    if (locate(ring, slotHash(slot)) === position) return slot;
  }
  return -1;
}

/** Sealed, balanced: the value is one of the slots, which the Backend's ring maps to an Endpoint. */
export const slot: Strategy = {
  pick: (backend, pool, failed, world): Binding | undefined => {
    const ring = world.ring(backend);
    const slots = world.slots();
    const drawn = world.random(SLOT_COUNT);
    if (ring !== undefined && slots !== undefined) {
      const position = locate(ring, slotHash(drawn));
      if (isOpen(pool, position, failed)) return { position, value: slotValue(slots, drawn) };
      const found = searchOpen(ring, pool, failed, drawn);
      if (found >= 0) return { position: locate(ring, slotHash(found)), value: slotValue(slots, found) };
    }
    // An open Endpoint may own no slot at all in a Backend of thousands: its pin binds there just as well.
    const position = randomOpen(pool, failed, world);
    return position < 0 ? undefined : { position, value: backend.pins[position] ?? "" };
  },
  bind: (backend, position, world) => {
    const ring = world.ring(backend);
    const slots = world.slots();
    if (ring === undefined || slots === undefined) return "";
    const found = searchOwned(ring, position, world.random(SLOT_COUNT));
    return found < 0 ? "" : slotValue(slots, found);
  },
};
