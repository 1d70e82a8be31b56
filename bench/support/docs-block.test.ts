import assert from "node:assert/strict";
import { test } from "node:test";
import { replaceBlock } from "./docs-block.ts";

const PAGE = `# Performance

By hand.

<!-- bench:one written by npm run bench -->

| old |

<!-- /bench -->

Between.

<!-- bench:two -->
<!-- /bench -->
`;

test("a block is replaced, and what people wrote around it stays", () => {
  assert.equal(replaceBlock(PAGE, "one", "| new |"), PAGE.replace("old", "new"));
});

test("a block may be empty at first", () => {
  assert.match(replaceBlock(PAGE, "two", "| new |"), /<!-- bench:two -->\n\n\| new \|\n\n<!-- \/bench -->\n$/);
});

test("what a table holds is no pattern", () => {
  assert.ok(replaceBlock(PAGE, "one", "$& $1").includes("\n$& $1\n"));
});

test("replacing twice is the same as once", () => {
  const once = replaceBlock(PAGE, "one", "| new |");
  assert.equal(replaceBlock(once, "one", "| new |"), once);
});

test("a block that is not there, is there twice or has no end is an error", () => {
  assert.throws(() => replaceBlock(PAGE, "three", ""), /one block <!-- bench:three -->/);
  assert.throws(() => replaceBlock(PAGE + PAGE, "one", ""), /one block <!-- bench:one -->/);
  assert.throws(() => replaceBlock(PAGE.replace("<!-- /bench -->", ""), "one", ""), /has no end/);
});
