import type { BackendIndex } from "../backend-index.ts";
import { classicValue } from "../classic.ts";
import type { World } from "../world.ts";
import { randomOpen } from "./random-open.ts";
import type { Strategy } from "./strategy.ts";

function cookieValue(backend: BackendIndex, position: number, world: World): string {
  const { classicPins, classicKey } = world.values(backend);
  const key = classicPins[position];
  return key === undefined ? "" : classicValue(key, classicKey);
}

/** ingress-nginx's persistent mode: the value is the MD5 of the Backend's name and the Endpoint's address. */
export const classicPin: Strategy = {
  pick: (backend, pool, failed, world) => {
    const position = randomOpen(pool, failed, world);
    return position < 0 ? undefined : { position, value: cookieValue(backend, position, world) };
  },
  bind: (backend, position, world) => cookieValue(backend, position, world),
};
