import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isAllowedOrigin } from "./origin.ts";

describe("isAllowedOrigin", () => {
  const PATTERNS = ["https://a.example.com", "https://*.b.example.com:8443"];

  it("knows an origin by all of it, in any case", () => {
    assert.ok(isAllowedOrigin(PATTERNS, "https://A.example.com"));
    for (const origin of [
      "http://a.example.com",
      "https://a.example.com:443",
      "https://a.example.co",
      "xhttps://a.example.com",
    ]) {
      assert.ok(!isAllowedOrigin(PATTERNS, origin), origin);
    }
  });

  it("takes one label for a star", () => {
    assert.ok(isAllowedOrigin(PATTERNS, "https://one-2.b.example.com:8443"));
    for (const host of [
      "b.example.com",
      ".b.example.com",
      "x.y.b.example.com",
      "evil.example/.b.example.com",
      "x@y.b.example.com",
    ]) {
      assert.ok(!isAllowedOrigin(PATTERNS, `https://${host}:8443`), host);
    }
  });
});
