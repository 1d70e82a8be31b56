import { randomOpen } from "./random-open.ts";
import type { Strategy } from "./strategy.ts";

/** Sealed, persistent: the value is the Endpoint's own pin. */
export const pin: Strategy = {
  pick: (backend, pool, failed, world) => {
    const position = randomOpen(pool, failed, world);
    return position < 0 ? undefined : { position, value: backend.pins[position] ?? "" };
  },
  bind: (backend, position) => backend.pins[position] ?? "",
};
