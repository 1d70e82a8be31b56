import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toJavaScript } from "./to-javascript.ts";

function compile(pattern: string): RegExp {
  const translated = toJavaScript(pattern);
  assert.ok(translated.ok, translated.ok ? "" : translated.why);
  return new RegExp(translated.source, "i");
}

describe("a pattern", () => {
  for (const [pattern, text, matches] of [
    ["/id/[0-9]+$", "/id/12", true],
    ["/id/[0-9]+$", "/id/12a", false],
    ["/foo(/|$)(.*)", "/FOO/bar", true],
    ["/x$", "/x\n", true],
    ["/x\\z", "/x\n", false],
    ["/a.b", "/a\rb", true],
    ["/a.b", "/a\nb", false],
    ["/[[:alpha:]_]+$", "/ab_", true],
    ["/[^\\s]$", "/\xa0", true],
    ["/a{,2}", "/a{,2}", true],
    ["/(?i)b", "/B", true],
    ["/(?:a|b)(?!c)", "/ac", false],
    ["/a{2,3}?b", "/aab", true],
  ] as const) {
    it(`${pattern} ${matches ? "matches" : "does not match"} ${JSON.stringify(text)}`, () => {
      assert.equal(compile(pattern).test(text), matches);
    });
  }

  it("keeps the numbers of its groups where some have names", () => {
    assert.equal(compile("/(?<first>a)(?:b)(?P<second>c)").exec("/abc")?.[2], "c");
  });

  for (const pattern of [
    "/a++", // possessive
    "/a{2}+", // the same
    "/(?>a)", // atomic
    "/(*SKIP)", // a verb
    "/(?-i)a", // a case that counts
    "/(a)\\1", // a group again
    "/\\Qa\\E", // quoted
    "/[]a]", // a bracket in its own class
    "/[[.a.]]", // a collating element
    "/[[:nothing:]]",
    "/(?<=a)b", // what stands before
    "/(a", // open
    "/a)",
    "/[a",
    "/[b-a]",
    "/a\\", // half an escape
    "/**",
    "/a\nb",
    `/${"a".repeat(1024)}`,
  ]) {
    it(`${JSON.stringify(pattern.slice(0, 12))} is refused`, () => {
      assert.equal(toJavaScript(pattern).ok, false);
    });
  }
});
