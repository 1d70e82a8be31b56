import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expiryProblems, nextExpiry } from "./expiry.ts";

const DAY = 86_400_000;
const END = Date.UTC(2026, 5, 15);
const ONE = { id: "shop/tls", expiresAt: END };

function codes(now: number): readonly string[] {
  return expiryProblems(ONE, now).map(({ code }) => code);
}

describe("a certificate that ends", () => {
  it("is said fourteen days before, and again when it has", () => {
    assert.deepEqual(codes(END - 14 * DAY - 1), []);
    assert.deepEqual(codes(END - 14 * DAY), ["tls/certificate-expires-soon"]);
    assert.deepEqual(codes(END - 1), ["tls/certificate-expires-soon"]);
    assert.deepEqual(codes(END), ["tls/certificate-expired"]);
    assert.equal(expiryProblems(ONE, END)[0]?.value, "2026-06-15");
  });

  it("says when to look again", () => {
    const later = { id: "shop/later", expiresAt: END + 2 * DAY };
    assert.equal(nextExpiry([later, ONE], 0), END - 14 * DAY);
    assert.equal(nextExpiry([later, ONE], END - 14 * DAY), END - 12 * DAY);
    assert.equal(nextExpiry([later, ONE], END - 12 * DAY), END);
    assert.equal(nextExpiry([ONE], END), Number.POSITIVE_INFINITY);
    assert.equal(nextExpiry([], 0), Number.POSITIVE_INFINITY);
  });
});
