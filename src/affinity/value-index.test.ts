import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { backendOf, endpointsOf, formerPinOf, pinOf, ready } from "../../test/support/affinity.ts";
import type { Endpoint } from "../snapshot/model.ts";
import { indexValues } from "./value-index.ts";

describe("indexValues", () => {
  const [first, second, gone] = endpointsOf(["ready", "draining", "ready"]) as [Endpoint, Endpoint, Endpoint];

  it("leads every value to its Endpoint, of whatever key and format", () => {
    const values = indexValues(backendOf([first, second], [gone]));
    assert.equal(values.pinned[pinOf(second)], 1);
    assert.equal(values.formerlyPinned[formerPinOf(second)], 1);
    assert.equal(values.classicPinned[values.classicPins[1] as string], 1);
    assert.equal(values.departed[pinOf(gone)], true);
    assert.equal(values.pinned[pinOf(gone)], undefined);
  });

  it("finds nothing under the names that every object has", () => {
    const values = indexValues(backendOf(ready(2)));
    for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf"]) {
      assert.equal(values.pinned[name], undefined);
      assert.equal(values.formerlyPinned[name], undefined);
      assert.equal(values.classicPinned[name], undefined);
      assert.equal(values.departed[name], undefined);
    }
  });
});
