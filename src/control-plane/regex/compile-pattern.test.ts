import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compilePattern } from "./compile-pattern.ts";

describe("compilePattern", () => {
  it("takes what NGINX takes too", () => {
    assert.ok(compilePattern("^Do[A-Z][a-z]+y$")?.test("DoCanary"));
    assert.ok(!compilePattern("^Do[A-Z][a-z]+y$")?.test("Docanary"));
    assert.ok(compilePattern("(?i)canary")?.test("the CANARY"));
    assert.ok(compilePattern("a{2}|b\\d")?.test("b7"));
  });

  it("refuses what does not compile, or means something else there", () => {
    for (const wrong of ["", "(", "a b", 'a"', "[[:alpha:]]", "a++", "*", "a\nb", "(?<x>a)"]) {
      assert.equal(compilePattern(wrong), undefined, wrong);
    }
  });
});
