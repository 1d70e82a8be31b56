import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { limitedClient } from "./limited-client.ts";

describe("who counts as one client", () => {
  it("is an IPv4 address, in either form", () => {
    assert.notEqual(limitedClient("192.0.2.1"), limitedClient("192.0.2.2"));
    assert.equal(limitedClient("192.0.2.1"), limitedClient("::ffff:192.0.2.1"));
  });

  it("is a /64 network of IPv6, which one customer has for itself", () => {
    assert.equal(limitedClient("2001:db8:0:1::1"), limitedClient("2001:db8:0:1:ffff:ffff:ffff:ffff"));
    assert.notEqual(limitedClient("2001:db8:0:1::1"), limitedClient("2001:db8:0:2::1"));
  });

  it("is what is no address as it is", () => {
    assert.equal(limitedClient("unix:"), "unix:");
  });
});
