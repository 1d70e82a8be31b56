import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { backendOf, endpointsOf, ready, worldOf } from "../../../test/support/affinity.ts";
import type { EndpointState } from "../../snapshot/model.ts";
import { indexBackend } from "../backend-index.ts";
import { randomOpen } from "./random-open.ts";

describe("randomOpen", () => {
  it("draws from the open Endpoints that have not failed, and says when none is left", () => {
    const states = fc.array(fc.constantFrom<EndpointState>("ready", "draining", "joining"), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(states, fc.array(fc.nat(7)), fc.nat(1000), (list, failed, seed) => {
        const backend = indexBackend(backendOf(endpointsOf(list)), false, 0);
        const left = backend.open.filter((position) => !failed.includes(position));
        const position = randomOpen(backend, failed, worldOf("accept", seed));
        if (left.length === 0) assert.equal(position, -1);
        else assert.ok(left.includes(position));
      }),
    );
  });

  it("draws evenly", () => {
    const backend = indexBackend(backendOf(ready(4)), false, 0);
    const counts = [0, 0, 0, 0];
    let turn = 0;
    const world = { ...worldOf(), random: (limit: number) => turn++ % limit };
    for (let i = 0; i < 40; i++) {
      const position = randomOpen(backend, [], world);
      counts[position] = (counts[position] as number) + 1;
    }
    assert.deepEqual(counts, [10, 10, 10, 10]);
  });
});
