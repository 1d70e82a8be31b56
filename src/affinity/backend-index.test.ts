import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { backendOf, endpointsOf, policyOf, ready, ringOf, SLOTS } from "../../test/support/affinity.ts";
import { readRing } from "../control-plane/translate/ring.ts";
import { SEALED_LENGTH, SLOT_COUNT } from "../snapshot/model.ts";
import { indexBackend, indexPolicy, indexSlots, slotHash } from "./backend-index.ts";
import { locate } from "./ring.ts";

const PROTOTYPE_NAMES = ["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf"];

describe("indexBackend", () => {
  it("opens the ready Endpoints to new sessions, and all of them when none is ready", () => {
    assert.deepEqual(indexBackend(backendOf(endpointsOf(["draining", "ready", "ready"])), false, 0).open, [1, 2]);
    assert.deepEqual(indexBackend(backendOf(endpointsOf(["draining", "draining"])), false, 0).open, [0, 1]);
    assert.deepEqual(indexBackend(backendOf([]), false, 5).open, []);
  });

  it("says the same by position", () => {
    const states = fc.array(fc.constantFrom("ready" as const, "draining" as const), { maxLength: 8 });
    fc.assert(
      fc.property(states, (list) => {
        const { open, isOpen } = indexBackend(backendOf(endpointsOf(list)), false, 0);
        assert.deepEqual(
          isOpen,
          list.map((_, i) => open.includes(i)),
        );
      }),
    );
  });

  it("finds nothing under the names that every object has", () => {
    const index = indexBackend(backendOf(ready(2)), false, 0);
    for (const name of PROTOTYPE_NAMES) {
      assert.equal(index.bound[name], undefined);
    }
  });

  it("begins its turns anywhere that the caller says", () => {
    for (const start of [0, 1, 2, 3, 65_535]) {
      assert.ok(indexBackend(backendOf(ready(3)), false, start).turn < 3);
    }
  });
});

describe("indexSlots", () => {
  it("knows every value by its number, under both keys", () => {
    const { slotOf, formerSlotOf } = indexSlots(SLOTS);
    for (let i = 0; i < SLOT_COUNT; i++) {
      const [from, to] = [i * SEALED_LENGTH, (i + 1) * SEALED_LENGTH];
      assert.equal(slotOf[SLOTS.values.substring(from, to)], i);
      assert.equal(formerSlotOf[SLOTS.formerValues.substring(from, to)], i);
    }
    assert.equal(Object.keys(slotOf).length, SLOT_COUNT);
  });

  it("finds nothing under the names that every object has", () => {
    const { slotOf, formerSlotOf } = indexSlots({ values: SLOTS.values, formerValues: "" });
    for (const name of PROTOTYPE_NAMES) assert.equal(slotOf[name], undefined);
    assert.deepEqual(Object.keys(formerSlotOf), []);
  });
});

describe("slotHash", () => {
  it("spreads the slots evenly over the whole ring", () => {
    const width = 2 ** 32 / SLOT_COUNT;
    for (let i = 0; i < SLOT_COUNT; i++) {
      const hash = slotHash(i);
      assert.ok(Number.isInteger(hash) && hash >= 0 && hash < 2 ** 32);
      if (i > 0) assert.equal(hash - slotHash(i - 1), width);
    }
  });

  it("gives each Endpoint its arc's share of the slots", () => {
    for (const count of [1, 2, 4, 10, 50]) {
      const ring = readRing(ringOf(ready(count)));
      const { hashes, owners } = ring as unknown as { hashes: Uint32Array; owners: Uint16Array };
      const slots = new Array<number>(count).fill(0);
      for (let i = 0; i < SLOT_COUNT; i++) {
        const owner = locate(ring, slotHash(i));
        slots[owner] = (slots[owner] as number) + 1;
      }
      const arcs = new Array<number>(count).fill(0);
      hashes.forEach((hash, i) => {
        const arc = i === 0 ? hash : hash - (hashes[i - 1] as number);
        arcs[owners[i] as number] = (arcs[owners[i] as number] as number) + arc;
      });
      // An arc may win or lose one slot at its ends, and an Endpoint has as many arcs as points.
      const most = hashes.length / count;
      for (let i = 0; i < count; i++) {
        const fair = ((arcs[i] as number) / 2 ** 32) * SLOT_COUNT;
        assert.ok(Math.abs((slots[i] as number) - fair) <= most, `${slots[i]} slots for ${fair}`);
      }
    }
  });
});

describe("indexPolicy", () => {
  it("takes the lifetime from Max-Age, else from Expires, and none from what is not to live", () => {
    assert.equal(indexPolicy(policyOf()).lifetime, 0);
    assert.equal(indexPolicy(policyOf({ expires: 10 })).lifetime, 10);
    assert.equal(indexPolicy(policyOf({ maxAge: 20, expires: 10 })).lifetime, 20);
    assert.equal(indexPolicy(policyOf({ maxAge: 0, expires: 10 })).lifetime, 0);
    assert.equal(indexPolicy(policyOf({ maxAge: -1 })).lifetime, 0);
  });

  it("looks for the name with its equals sign", () => {
    assert.equal(indexPolicy(policyOf({ cookieName: "SID" })).needle, "SID=");
  });
});
