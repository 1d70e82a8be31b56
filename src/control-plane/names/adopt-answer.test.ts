import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { adoptAnswer } from "./adopt-answer.ts";
import { ABSENT, type FamilyAnswer } from "./answer.ts";

const NONE: FamilyAnswer = { addresses: [], ttl: 0 };
const FAILED: FamilyAnswer = { code: "ESERVFAIL" };
const BEFORE = { ipv4: ["192.0.2.1"], ipv6: ["2001:db8::1"] };

function found(ttl: number, ...addresses: readonly string[]): FamilyAnswer {
  return { addresses, ttl };
}

describe("an answer", () => {
  it("is the same in whatever order the server gives it", () => {
    const one = adoptAnswer(undefined, { ipv4: found(30, "192.0.2.2", "192.0.2.1"), ipv6: NONE });
    const other = adoptAnswer(undefined, { ipv4: found(30, "192.0.2.1", "192.0.2.2", "192.0.2.1"), ipv6: NONE });
    assert.deepEqual(one, { resolved: { ipv4: ["192.0.2.1", "192.0.2.2"], ipv6: [] }, ttl: 30 });
    assert.deepEqual(other, one);
  });

  it("takes the place of the one before, and holds as long as the shorter of both families", () => {
    const answer = { ipv4: found(30, "192.0.2.2"), ipv6: found(20, "2001:db8::2") };
    assert.deepEqual(adoptAnswer({ ...BEFORE, failure: "x" }, answer), {
      resolved: { ipv4: ["192.0.2.2"], ipv6: ["2001:db8::2"] },
      ttl: 20,
    });
    assert.deepEqual(adoptAnswer(BEFORE, { ipv4: NONE, ipv6: found(20, "2001:db8::2") }), {
      resolved: { ipv4: [], ipv6: ["2001:db8::2"] },
      ttl: 20,
    });
  });

  it("without an address leaves what was known, and says why", () => {
    const cases: readonly (readonly [FamilyAnswer, FamilyAnswer, RegExp])[] = [
      [NONE, NONE, /^DNS knows no address of it$/],
      [FAILED, NONE, /SERVFAIL/],
      [NONE, { code: "ETIMEOUT" }, /^no DNS server answers$/],
      [{ code: "EODD" }, { code: "EODD" }, /EODD/],
    ];
    for (const [ipv4, ipv6, says] of cases) {
      const { resolved, ttl } = adoptAnswer(BEFORE, { ipv4, ipv6 });
      assert.deepEqual([resolved.ipv4, resolved.ipv6, ttl], [BEFORE.ipv4, BEFORE.ipv6, undefined]);
      assert.match(resolved.failure ?? "", says);
    }
    assert.deepEqual(adoptAnswer(undefined, ABSENT).resolved.ipv4, []);
  });

  it("of one family alone leaves the other as it was, and is soon asked for again", () => {
    assert.deepEqual(adoptAnswer(BEFORE, { ipv4: FAILED, ipv6: found(300, "2001:db8::2") }), {
      resolved: { ipv4: ["192.0.2.1"], ipv6: ["2001:db8::2"] },
      ttl: 5,
    });
  });
});
