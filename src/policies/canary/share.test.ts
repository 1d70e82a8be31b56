import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { canaryPolicyOf } from "../../../test/support/canary.ts";
import { SLOT_COUNT } from "../../snapshot/model.ts";
import { claimedTickets, drawNumber, isClaimed, ticketBetween } from "./share.ts";

describe("the share of a canary", () => {
  it("is everything from the total on, and nothing at 0", () => {
    for (const number of [0, 0.5, 0.999999]) {
      assert.ok(isClaimed(number, canaryPolicyOf({ weight: 100 })));
      assert.ok(isClaimed(number, canaryPolicyOf({ weight: 5000, total: 1000 })));
      assert.ok(!isClaimed(number, canaryPolicyOf({ weight: 0 })));
    }
    assert.equal(claimedTickets(canaryPolicyOf({ weight: 100 })), SLOT_COUNT);
    assert.equal(claimedTickets(canaryPolicyOf({ weight: 101 })), SLOT_COUNT);
    assert.equal(claimedTickets(canaryPolicyOf({ weight: 0 })), 0);
  });

  it("in tickets is the weight to half a ticket", () => {
    fc.assert(
      fc.property(fc.nat(1000), (weight) => {
        const tickets = claimedTickets(canaryPolicyOf({ weight, total: 1000 }));
        assert.ok(Math.abs(tickets / SLOT_COUNT - weight / 1000) <= 0.5 / SLOT_COUNT);
      }),
    );
  });

  it("is met by any hundred numbers in a row, nearly to the client", () => {
    for (const weight of [1, 10, 25, 50, 90]) {
      const canary = { policy: canaryPolicyOf({ weight }), next: 0.4242 };
      let inRow = 0;
      for (let i = 0; i < 10_000; i++) {
        if (isClaimed(drawNumber(canary), canary.policy)) inRow++;
        if (i % 100 !== 99) continue;
        assert.ok(Math.abs(inRow - weight) <= 2, `${inRow} of 100 at weight ${weight}`);
        inRow = 0;
      }
    }
  });
});

describe("a ticket", () => {
  it("is of the range that is asked for, and its first where there is none", () => {
    assert.deepEqual([ticketBetween(10, 20, 0), ticketBetween(10, 20, 0.99)], [10, 19]);
    assert.deepEqual([ticketBetween(0, 0, 0.5), ticketBetween(7, 3, 0.5)], [0, 7]);
  });
});
