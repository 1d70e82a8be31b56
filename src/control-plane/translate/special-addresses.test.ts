import assert from "node:assert/strict";
import { it } from "node:test";
import { isSpecialAddress } from "./special-addresses.ts";

it("addresses of this machine and its link are special, in each of their forms", () => {
  const special = [
    ...["0.0.0.0", "127.0.0.1", "127.255.255.255", "169.254.169.254", "224.0.0.251"],
    ...["::", "::1", "fe80::1", "febf::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:169.254.169.254"],
  ];
  for (const address of special) assert.equal(isSpecialAddress(address), true, address);
  const ordinary = ["10.0.0.1", "192.0.2.1", "128.0.0.1", "224.0.1.1", "2001:db8::1", "fd00::1", "::ffff:10.0.0.1"];
  for (const address of ordinary) assert.equal(isSpecialAddress(address), false, address);
});
