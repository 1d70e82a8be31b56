import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { nearest } from "./nearest.ts";

describe("nearest", () => {
  it("finds what was probably meant", () => {
    assert.equal(nearest("acept", ["accept", "write", "off"]), "accept");
    assert.equal(nearest("JSON", ["json", "text"]), "json");
    assert.equal(nearest("of", ["accept", "write", "off"]), "off");
  });

  it("finds nothing when nothing is near", () => {
    assert.equal(nearest("everything", ["accept", "write", "off"]), undefined);
    assert.equal(nearest("x", []), undefined);
  });
});
