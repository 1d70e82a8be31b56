import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { backendOf, endpointsOf } from "../../../test/support/affinity.ts";
import type { EndpointState } from "../../snapshot/model.ts";
import { indexBackend } from "../backend-index.ts";
import { roundRobin } from "./round-robin.ts";

const state = fc.constantFrom<EndpointState>("ready", "draining", "joining");
const states = fc.array(state, { minLength: 1, maxLength: 8 });

describe("roundRobin", () => {
  it("gives every Endpoint that takes turns the same number of turns, wherever it begins", () => {
    fc.assert(
      fc.property(states, fc.nat(65_535), (list, start) => {
        const backend = indexBackend(backendOf(endpointsOf(list)), false, start);
        const counts = new Map<number, number>();
        for (let i = 0; i < backend.rota.length * 3; i++) {
          const position = roundRobin(backend, []);
          counts.set(position, (counts.get(position) ?? 0) + 1);
        }
        assert.deepEqual(new Set(counts.keys()), new Set(backend.rota));
        assert.deepEqual(new Set(counts.values()), new Set([3]));
      }),
    );
  });

  it("passes those over that failed, and says when none is left", () => {
    fc.assert(
      fc.property(states, fc.array(fc.nat(7)), (list, failed) => {
        const backend = indexBackend(backendOf(endpointsOf(list)), false, 0);
        const left = backend.rota.filter((position) => !failed.includes(position));
        for (let i = 0; i < backend.rota.length; i++) {
          const position = roundRobin(backend, failed);
          if (left.length === 0) assert.equal(position, -1);
          else assert.ok(left.includes(position));
        }
      }),
    );
  });
});
