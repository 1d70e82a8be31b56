import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pinOf, ready, sceneOf } from "../../../test/support/affinity.ts";
import { SLOT_COUNT } from "../../snapshot/model.ts";
import type { Ring } from "../../snapshot/ring.ts";
import { slot } from "./slot.ts";

/** A ring that belongs to one Endpoint altogether. */
function ringOfOne(owner: number): Ring {
  return {
    bucketWidth: 2 ** 32,
    index: Uint32Array.of(0),
    hashes: Uint32Array.of(0, 4294967295),
    owners: Uint16Array.of(owner, owner),
  };
}

describe("slot", () => {
  it("binds by pin where there is no ring or there are no slots", () => {
    const { backend, world } = sceneOf();
    for (const lacking of [{ ring: () => undefined }, { slots: () => undefined }]) {
      const binding = slot.pick(backend, backend, [], { ...world, ...lacking });
      assert.ok(binding !== undefined);
      assert.equal(binding.value, backend.pins[binding.position]);
      assert.equal(slot.bind(backend, 0, { ...world, ...lacking }), "");
    }
  });

  it("binds by pin to an Endpoint that owns no slot, once those that do have failed", () => {
    const endpoints = ready(2);
    const { backend, world } = sceneOf({ endpoints });
    const alone = { ...world, ring: () => ringOfOne(0) };
    assert.equal(slot.pick(backend, backend, [], alone)?.position, 0);
    assert.deepEqual(slot.pick(backend, backend, [0], alone), {
      position: 1,
      value: pinOf(endpoints[1] as (typeof endpoints)[0]),
    });
    assert.equal(slot.pick(backend, backend, [0, 1], alone), undefined);
    assert.equal(slot.bind(backend, 1, alone), "");
  });

  it("draws every slot", () => {
    const { backend, world } = sceneOf();
    const values = new Set<string>();
    for (let i = 0; i < SLOT_COUNT; i++)
      values.add(slot.pick(backend, backend, [], { ...world, random: () => i })?.value ?? "");
    assert.equal(values.size, SLOT_COUNT);
    assert.ok(!values.has(""));
  });
});
