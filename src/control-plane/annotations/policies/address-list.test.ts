import assert from "node:assert/strict";
import { BlockList, isIPv6 } from "node:net";
import { describe, it } from "node:test";
import fc from "fast-check";
import { contains } from "../../../policies/address-ranges.ts";
import type { AddressRanges } from "../../../snapshot/route-policies.ts";
import { parseAddressList } from "./address-list.ts";

function parse(text: string): AddressRanges {
  const parsed = parseAddressList(text);
  assert.ok(parsed.ok, text);
  return parsed.value;
}

describe("parseAddressList", () => {
  it("gives one form, whatever the order, overlaps and bits behind the prefix", () => {
    const expected = { ipv4: ["0a000000", "0a0001ff", "c0000201", "c0000201"], ipv6: [] };
    assert.deepEqual(parse("10.0.0.0/24,10.0.1.0/24,192.0.2.1"), expected);
    assert.deepEqual(parse(" 192.0.2.1/32 , 10.0.1.77/24,10.0.0.0/23,\n10.0.0.9"), expected);
  });

  it("takes an IPv4 network in IPv6's form for the same", () => {
    assert.deepEqual(parse("::ffff:10.0.0.0/104"), parse("10.0.0.0/8"));
  });

  it("keeps the families apart", () => {
    const ranges = parse("0.0.0.0/0, fd00::/8");
    assert.ok(contains(ranges, "192.0.2.1"));
    assert.ok(contains(ranges, "fdff::1"));
    assert.ok(!contains(ranges, "fe80::1"));
    assert.ok(!contains(parse("::/0"), "192.0.2.1"));
  });

  it("refuses a list with an entry that is none", () => {
    for (const text of [
      "",
      ",",
      "10.0.0.0/8,",
      "10.0.0.0/33",
      "::/129",
      "10.0.0.0/-1",
      "10.0.0.0/08",
      "10.0.0.0/",
      "10.0.0",
      "all",
    ]) {
      assert.ok(!parseAddressList(text).ok, text);
    }
  });

  it("covers what Node's BlockList covers", () => {
    const near = fc
      .tuple(fc.constantFrom("10.0.0.", "10.0.1.", "fd00::", "fd00:0:0:1::"), fc.nat(9))
      .map(([a, b]) => a + b);
    const network = fc
      .tuple(near, fc.nat(16))
      .map(([address, less]) => [address, (isIPv6(address) ? 128 : 32) - less] as const);
    fc.assert(
      fc.property(fc.array(network, { minLength: 1, maxLength: 6 }), near, (networks, asked) => {
        const known = new BlockList();
        for (const [address, bits] of networks) known.addSubnet(address, bits, isIPv6(address) ? "ipv6" : "ipv4");
        const ranges = parse(networks.map(([address, bits]) => `${address}/${bits}`).join(","));
        assert.equal(contains(ranges, asked), known.check(asked, isIPv6(asked) ? "ipv6" : "ipv4"));
      }),
    );
  });
});
