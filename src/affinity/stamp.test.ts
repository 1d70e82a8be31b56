import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { policyOf } from "../../test/support/affinity.ts";
import { indexPolicy } from "./backend-index.ts";
import { isFresh, STAMPED_LENGTH, stamp } from "./stamp.ts";

const SEALED = "abcdefghijklmnop";

function aged(maxAge: number) {
  return indexPolicy(policyOf({ maxAge }));
}

describe("stamp", () => {
  it("puts the second behind the value, in ten digits", () => {
    assert.equal(stamp(SEALED, 1_700_000_000.999), `${SEALED}.1700000000`);
    assert.equal(stamp(SEALED, 5), `${SEALED}.0000000005`);
    assert.equal(stamp(SEALED, 1_700_000_000).length, STAMPED_LENGTH);
  });
});

describe("isFresh", () => {
  it("holds through the first half of the lifetime, and no longer", () => {
    const policy = aged(100);
    const value = stamp(SEALED, 1_700_000_000);
    assert.ok(isFresh(value, policy, 1_700_000_000));
    assert.ok(isFresh(value, policy, 1_700_000_050.9));
    assert.ok(!isFresh(value, policy, 1_700_000_051));
    assert.ok(isFresh(value, policy, 1_700_000_050), "the clock may go back");
  });

  it("is a matter of the policy at hand", () => {
    const value = stamp(SEALED, 1_700_000_000);
    assert.ok(!isFresh(value, aged(100), 1_700_000_100));
    assert.ok(isFresh(value, aged(1000), 1_700_000_100));
  });

  it("compares seconds for any clock and lifetime", () => {
    const second = fc.integer({ min: 0, max: 9_999_999_999 });
    fc.assert(
      fc.property(second, second, fc.integer({ min: 1, max: 400_000_000 }), (issued, now, maxAge) => {
        const oldest = Math.max(0, Math.floor(now - maxAge / 2));
        assert.equal(isFresh(stamp(SEALED, issued), aged(maxAge), now), issued >= oldest);
      }),
      { numRuns: 1000 },
    );
  });
});
