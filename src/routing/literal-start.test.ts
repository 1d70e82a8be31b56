import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { literalStart } from "./literal-start.ts";

describe("what every match of a pattern begins with", () => {
  for (const [pattern, literal] of [
    ["/foo", "/foo"],
    ["/foo/.*", "/foo/"],
    ["/foo(/|$)(.*)", "/foo"],
    ["/foos?", "/foo"],
    ["/foo*", "/fo"],
    ["/foo{0,1}", "/fo"],
    ["/foo+", "/foo"],
    ["/foo\\.html", "/foo"],
    ["/[a-c]", "/"],
    ["/a|/b", ""],
    ["/a(b|c)", "/a"],
    ["/a[|]b", "/a"],
    ["/a\\|b", "/a"],
    ["", ""],
  ] as const) {
    it(`${JSON.stringify(pattern)}: ${JSON.stringify(literal)}`, () => {
      assert.equal(literalStart(pattern), literal);
    });
  }
});
