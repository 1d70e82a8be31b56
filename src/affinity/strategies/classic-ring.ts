import type { Ring } from "../../snapshot/ring.ts";
import { classicValue } from "../classic.ts";
import { crc32 } from "../crc32.ts";
import type { Pool } from "../pool.ts";
import { locate } from "../ring.ts";
import type { World } from "../world.ts";
import { randomOpen } from "./random-open.ts";
import { isOpen, type Strategy } from "./strategy.ts";

/** Draws before an Endpoint with a small arc is given up; ingress-nginx draws 20 times. */
const DRAWS = 64;

function draw(world: World): string {
  const milliseconds = Math.floor(world.now() * 1000) / 1000;
  return `${milliseconds}.${world.processId}.${world.random(999999) + 1}`;
}

/** Draws keys until one leads to an Endpoint that is open and has not failed, or to the one wanted. */
function search(ring: Ring, pool: Pool, failed: readonly number[], wanted: number, world: World): string {
  for (let i = 0; i < DRAWS; i++) {
    const key = draw(world);
    const position = locate(ring, crc32(key));
    if (wanted < 0 ? isOpen(pool, position, failed) : position === wanted) return key;
  }
  return "";
}

/** ingress-nginx's balanced mode: the key is time, process and chance, and its CRC-32 lies on the ring. */
export const classicRing: Strategy = {
  pick: (backend, pool, failed, world) => {
    const ring = world.ring(backend);
    const key = ring === undefined ? "" : search(ring, pool, failed, -1, world);
    if (ring !== undefined && key !== "") {
      return { position: locate(ring, crc32(key)), value: classicValue(key, world.values(backend).classicKey) };
    }
    const position = randomOpen(pool, failed, world);
    return position < 0 ? undefined : { position, value: "" };
  },
  bind: (backend, position, world) => {
    const ring = world.ring(backend);
    const key = ring === undefined ? "" : search(ring, backend, [], position, world);
    return key === "" ? "" : classicValue(key, world.values(backend).classicKey);
  },
};
