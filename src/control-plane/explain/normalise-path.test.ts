import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { normalisePath } from "./normalise-path.ts";

function pathOf(raw: string): string | undefined {
  const normal = normalisePath(raw);
  return normal.ok ? normal.path : undefined;
}

describe("normalisePath", () => {
  it("leaves a plain path as it is", () => {
    for (const path of ["/", "/foo", "/foo/", "/foo/bar.html", "/...", "/.well-known/x", "/a..b"]) {
      assert.equal(pathOf(path), path);
    }
  });

  it("decodes percents once", () => {
    assert.equal(pathOf("/a%20b"), "/a b");
    assert.equal(pathOf("/a%2fb"), "/a/b");
    assert.equal(pathOf("/%2541"), "/%41");
    assert.equal(pathOf("/a%3fb%23c"), "/a?b#c");
  });

  it("merges slashes and resolves dot segments, decoded ones too", () => {
    assert.equal(pathOf("//a///b"), "/a/b");
    assert.equal(pathOf("/a/./b/../c"), "/a/c");
    assert.equal(pathOf("/a//../b"), "/b");
    assert.equal(pathOf("/a/%2e%2e/b"), "/b");
    assert.equal(pathOf("/foo/."), "/foo/");
    assert.equal(pathOf("/foo/bar/.."), "/foo/");
    assert.equal(pathOf("/foo/.."), "/");
  });

  it("counts an absent path as the root", () => {
    assert.equal(pathOf(""), "/");
  });

  it("refuses what NGINX answers with a 400", () => {
    for (const path of ["/..", "/a/../../b", "/%", "/%g1", "/%00", "/a b", "/a\tb", "foo"]) {
      assert.equal(pathOf(path), undefined, path);
    }
  });

  it("gives paths that hold no dot segment and no double slash", () => {
    const piece = fc.constantFrom("/", ".", "..", "a", "%2e", "%2f", "%41", "%25");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const path = pathOf(`/${pieces.join("")}`);
        if (path === undefined) return;
        assert.match(path, /^\//);
        assert.doesNotMatch(path, /\/\/|\/\.\.?(\/|$)/);
      }),
    );
  });
});
