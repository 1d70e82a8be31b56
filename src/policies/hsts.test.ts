import assert from "node:assert/strict";
import { it } from "node:test";
import { hstsHeader } from "./hsts.ts";

it("HSTS says what is asked for", () => {
  const said = { maxAge: 31536000, includeSubDomains: true, preload: false };
  assert.equal(hstsHeader(said), "max-age=31536000; includeSubDomains");
  assert.equal(hstsHeader({ ...said, preload: true }), "max-age=31536000; includeSubDomains; preload");
  assert.equal(hstsHeader({ maxAge: 0, includeSubDomains: false, preload: false }), "max-age=0");
});
