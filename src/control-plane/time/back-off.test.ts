import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BackOff } from "./back-off.ts";

function pauses(backOff: BackOff, count: number): readonly number[] {
  return Array.from({ length: count }, () => backOff.failed());
}

describe("BackOff", () => {
  it("doubles the pause up to the longest, and begins anew after a success", () => {
    const backOff = new BackOff({ first: 100, longest: 500 });
    assert.deepEqual(pauses(backOff, 5), [100, 200, 400, 500, 500]);
    assert.equal(backOff.failures, 5);
    backOff.succeeded();
    assert.equal(backOff.failures, 0);
    assert.deepEqual(pauses(backOff, 2), [100, 200]);
  });

  it("tries at once after the first failure where it is told to", () => {
    const backOff = new BackOff({ first: 100, longest: 500, atOnce: true });
    assert.deepEqual(pauses(backOff, 5), [0, 100, 200, 400, 500]);
    backOff.succeeded();
    assert.deepEqual(pauses(backOff, 2), [0, 100]);
  });

  it("spreads pauses over their second half", () => {
    const draws = [0, 0.5, 0.99];
    const backOff = new BackOff({ first: 1000, longest: 1000, random: () => draws.shift() as number });
    assert.deepEqual(pauses(backOff, 3), [1000, 750, 505]);
  });

  it("waits no less than it was asked to, and spreads what is more", () => {
    const asked = (random: () => number) => new BackOff({ first: 1000, longest: 8000, random }).failed(20_000);
    assert.equal(
      asked(() => 0),
      20_000,
    );
    assert.equal(
      asked(() => 0.5),
      20_375,
    );
    assert.equal(new BackOff({ first: 1000, longest: 8000 }).failed(500), 1000);
  });
});
