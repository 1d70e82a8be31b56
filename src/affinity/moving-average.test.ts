import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { movingAverage } from "./moving-average.ts";

describe("movingAverage", () => {
  it("keeps what was told just now, and forgets it with time", () => {
    assert.equal(movingAverage(3, 0, 5), 3);
    assert.ok(Math.abs(movingAverage(3, 10, 0) - 3 / Math.E) < 1e-9);
    assert.ok(movingAverage(3, 1000, 0) < 1e-9);
  });

  it("moves towards what is measured, the more the older it is", () => {
    const young = movingAverage(1, 1, 2);
    const old = movingAverage(1, 20, 2);
    assert.ok(1 < young && young < old && old < 2);
  });

  it("does not trust a clock that was set back", () => {
    assert.equal(movingAverage(3, -100, 5), 3);
  });
});
