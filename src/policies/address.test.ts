import assert from "node:assert/strict";
import { isIPv4, isIPv6 } from "node:net";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parseAddress } from "./address.ts";

describe("parseAddress", () => {
  it("gives 8 digits for IPv4 and 32 for IPv6", () => {
    assert.equal(parseAddress("10.0.200.255"), "0a00c8ff");
    assert.equal(parseAddress("::"), "0".repeat(32));
    assert.equal(parseAddress("2001:DB8::1:f"), "20010db80000000000000000".concat("0001000f"));
    assert.equal(parseAddress("1:2:3:4:5:6:7:8"), "00010002000300040005000600070008");
    assert.equal(parseAddress("64:ff9b::192.0.2.1"), "0064ff9b0000000000000000c0000201");
  });

  it("takes an IPv4 address in IPv6's form for the same", () => {
    assert.equal(parseAddress("::ffff:10.0.0.1"), "0a000001");
    assert.equal(parseAddress("::FFFF:a00:1"), "0a000001");
  });

  it("gives nothing for what is none", () => {
    const wrong = [
      "",
      "1",
      "1.2.3",
      "1.2.3.4.5",
      "01.2.3.4",
      "256.1.1.1",
      "1.2.3.4 ",
      ":",
      ":::",
      "1::2::3",
      "g::",
      "1:2",
    ];
    for (const text of [
      ...wrong,
      "::1.2.3.4:5",
      "1.2.3.4::",
      "12345::",
      "1:2:3:4:5:6:7:8::",
      "fe80::1%eth0",
      "unix:",
    ]) {
      assert.equal(parseAddress(text), undefined, text);
    }
  });

  it("agrees with Node about what is an address", () => {
    const part = fc.constantFrom("0", "1", "00", "255", "256", "ffff", "12345", ".", ":", "::", "1.2.3.4", "g");
    const text = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.array(part, { maxLength: 16 }).map((parts) => parts.join("")),
    );
    fc.assert(fc.property(text, (it) => (parseAddress(it) !== undefined) === (isIPv4(it) || isIPv6(it))));
  });
});
