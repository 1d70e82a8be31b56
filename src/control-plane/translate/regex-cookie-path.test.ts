import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isPattern, regexCookiePath } from "./regex-cookie-path.ts";

describe("the cookie's Path for a regular expression", () => {
  for (const [pattern, path] of [
    ["/foo/.*", "/foo"],
    ["/foo(/|$)(.*)", "/foo"],
    ["/foo(?:/|$)", "/foo"],
    ["/foo.*", "/"],
    ["/foo/?(.*)", "/"],
    ["/foo/bar?", "/foo"],
    ["/foo|/bar", "/"],
    ["/(foo|bar)/x", "/"],
    ["/a/b/[0-9]+", "/a/b"],
    ["/.*", "/"],
    ["/plain", "/plain"],
  ] as const) {
    it(`of ${pattern} is ${path}`, () => {
      assert.equal(regexCookiePath(pattern), path);
    });
  }

  it("is the path itself where nothing in it is special", () => {
    assert.deepEqual([isPattern("/plain-1"), isPattern("/v1.2")], [false, true]);
  });
});
