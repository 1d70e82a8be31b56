import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { backendOf, endpointsOf, ready, worldWithoutCookies } from "../../../test/support/affinity.ts";
import type { EndpointState } from "../../snapshot/model.ts";
import { indexBackend } from "../backend-index.ts";
import { quicker } from "./quicker.ts";

describe("quicker", () => {
  const two = indexBackend(backendOf(ready(2)), false, 0);

  it("takes the one that answers quicker, whichever was drawn first", () => {
    for (const first of [0, 1]) {
      const world = worldWithoutCookies((limit) => (limit === 2 ? first : 0));
      assert.equal(
        quicker(two, [], world, (_, position) => [0.2, 0.1][position]),
        1,
      );
    }
  });

  it("leaves it to chance where one of them has not answered yet", () => {
    for (const first of [0, 1]) {
      const world = worldWithoutCookies((limit) => (limit === 2 ? first : 0));
      assert.equal(
        quicker(two, [], world, (_, position) => [0.2, undefined][position]),
        first,
      );
    }
  });

  it("gives one that takes turns and has not failed, as long as there is one", () => {
    const states = fc.array(fc.constantFrom<EndpointState>("ready", "draining", "joining"), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(states, fc.array(fc.nat(5)), fc.infiniteStream(fc.nat()), (list, failed, numbers) => {
        const backend = indexBackend(backendOf(endpointsOf(list)), false, 0);
        const world = worldWithoutCookies((limit) => (numbers.next().value as number) % limit);
        const left = backend.rota.filter((position) => !failed.includes(position));
        const position = quicker(backend, failed, world, () => 1);
        if (left.length === 0) assert.equal(position, -1);
        else assert.ok(left.includes(position));
      }),
    );
  });
});
