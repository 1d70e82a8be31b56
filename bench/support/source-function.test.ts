import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import ts from "typescript";
import { compileLua } from "./compile-lua.ts";
import { functionAround, SourceFunctions } from "./source-function.ts";

const TEXT = `const limit = 3;
function outer(): void {
  const inner = () => limit;
  inner();
}
class Store {
  read(): number { return limit; }
}
`;

function around(part: string): string | undefined {
  const source = ts.createSourceFile("a.ts", TEXT, ts.ScriptTarget.Latest, true);
  return functionAround(source, TEXT.indexOf(part));
}

test("a place belongs to the innermost function with a name", () => {
  assert.equal(around("=> limit"), "inner");
  assert.equal(around("inner();"), "outer");
  assert.equal(around("return limit"), "read");
  assert.equal(around("3;"), undefined);
});

test("a line of compiled Lua leads to the function that it was compiled from", async () => {
  const folder = await compileLua();
  const file = join(folder, "routing", "match-host.lua");
  const lines = readFileSync(file, "utf8").split("\n");
  const start = lines.findIndex((line) => /function (?:____exports\.)?matchHost\(/.test(line));
  assert.ok(start >= 0);
  assert.equal(new SourceFunctions(folder).find(file, start + 2), "src/routing/match-host.ts matchHost");
});

test("a file that was not compiled from ours has no such function", () => {
  assert.equal(new SourceFunctions("/lua").find("/usr/share/lua/5.1/resty/core/var.lua", 1), undefined);
});
