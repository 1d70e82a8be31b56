import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Patterns } from "../routing/patterns.ts";
import { type RewrittenPath, rewritePath } from "./rewrite-path.ts";

const PATTERNS: Patterns = {
  matches: () => false,
  matchesByCase: (text, pattern) => new RegExp(pattern).test(text),
  groups: (text, pattern) => new RegExp(pattern, "i").exec(text) ?? undefined,
};

function rewrite(target: string, routePath: string, path: string): RewrittenPath | undefined {
  return rewritePath({ target }, routePath, path, PATTERNS);
}

describe("a rewritten path", () => {
  it("is the target, with what the groups match", () => {
    assert.equal(rewrite("/new/$2/$1", "/(a)/(.*)", "/A/b/c")?.path, "/new/b/c/A");
    assert.equal(rewrite("/", "/foo", "/foo/bar")?.path, "/");
  });

  it("has nothing for groups without a part in the match, or that are none", () => {
    assert.equal(rewrite("/x$1$2$9", "/(a)?(b)", "/b")?.path, "/xb");
  });

  it("takes one digit for a group", () => {
    assert.equal(rewrite("/$10", "/(a)", "/a")?.path, "/a0");
  });

  it("begins with a slash", () => {
    assert.equal(rewrite("$1", "/a/?(.*)", "/a")?.path, "/");
    assert.equal(rewrite("$1", "/a(.*)", "/a/b")?.path, "/b");
  });

  it("is none where the path of the Route is not found", () => {
    assert.equal(rewrite("/x", "/foo", "/bar"), undefined);
  });

  it("comes with the query, unless the target ends with a question mark", () => {
    assert.deepEqual(rewrite("/x", "/", "/"), { path: "/x", keepsQuery: true });
    assert.deepEqual(rewrite("/$1?", "/(.*)", "/a"), { path: "/a", keepsQuery: false });
  });

  it("is found anywhere in the path", () => {
    assert.equal(rewrite("/x/$1", "/b(.)", "/a/bc")?.path, "/x/c");
  });
});
