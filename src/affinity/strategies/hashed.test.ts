import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { backendOf, endpointsOf, ready, ringOf, worldWithoutCookies } from "../../../test/support/affinity.ts";
import { readRing } from "../../control-plane/translate/ring.ts";
import type { Endpoint, EndpointState } from "../../snapshot/model.ts";
import { type BackendIndex, indexBackend } from "../backend-index.ts";
import { crc32 } from "../crc32.ts";
import { locate } from "../ring.ts";
import type { World } from "../world.ts";
import { hashed } from "./hashed.ts";

function worldOf(endpoints: readonly Endpoint[], random: (limit: number) => number): World {
  return worldWithoutCookies(random, endpoints.length === 0 ? undefined : readRing(ringOf(endpoints)));
}

function index(endpoints: readonly Endpoint[]): BackendIndex {
  return indexBackend(backendOf(endpoints), false, 0);
}

const never = () => assert.fail("nothing is left to chance");
const states = fc.array(fc.constantFrom<EndpointState>("ready", "draining", "joining"), {
  minLength: 1,
  maxLength: 12,
});
const key = fc.string({ maxLength: 12 });

describe("hashed", () => {
  it("gives the Endpoint that ingress-nginx's ring gives", () => {
    // The acceptance vectors of ring B, as for its cookies.
    const addresses = ["10.244.1.17", "10.244.2.5", "10.244.2.6", "10.244.3.200", "10.244.0.9"];
    const endpoints = addresses.map((address): Endpoint => ({ address, port: 80, state: "ready" }));
    const owners = { "1700000001.123.38.264157": 1, "1700000001.124.39.1": 4, "1700000001.5.7.42": 2, abc: 1 };
    for (const [text, position] of Object.entries(owners)) {
      assert.equal(hashed(text, 1, index(endpoints), [], worldOf(endpoints, never)), position, text);
    }
  });

  it("passes those over that drain, join or have failed, as if they were not there", () => {
    fc.assert(
      fc.property(states, fc.array(fc.nat(11), { maxLength: 3 }), key, (list, failed, text) => {
        const endpoints = endpointsOf(list);
        const backend = index(endpoints);
        const left = endpoints.filter((_, i) => backend.open.includes(i) && !failed.includes(i));
        const position = hashed(text, 1, backend, failed, worldOf(endpoints, never));
        if (left.length === 0) assert.equal(position, -1);
        else assert.equal(endpoints[position], left[locate(readRing(ringOf(left)), crc32(text))]);
      }),
    );
  });

  it("spreads a key evenly over its subset, which is the same each time", () => {
    const endpoints = ready(6);
    const counts = new Map<number, number>();
    let drawn = 0;
    for (let i = 0; i < 99; i++) {
      const position = hashed(
        "/shop",
        3,
        index(endpoints),
        [],
        worldOf(endpoints, (limit) => drawn++ % limit),
      );
      counts.set(position, (counts.get(position) ?? 0) + 1);
    }
    assert.deepEqual([...counts.values()], [33, 33, 33]);
  });

  it("has a subset no larger than the Backend", () => {
    const endpoints = ready(2);
    assert.ok(
      hashed(
        "/",
        1000,
        index(endpoints),
        [],
        worldOf(endpoints, () => 1),
      ) >= 0,
    );
  });
});
