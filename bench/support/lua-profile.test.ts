import assert from "node:assert/strict";
import { test } from "node:test";
import { luaTable } from "./lua-profile.ts";
import type { LuaSample } from "./lua-samples.ts";

const functions = { find: (file: string, line: number) => (file === "serve.lua" ? `serve.ts f${line}` : undefined) };

function rowsOf(...samples: readonly LuaSample[]): readonly (readonly string[])[] {
  return luaTable(samples, functions).rows;
}

test("samples of one function are summed up, and what was interpreted is told", () => {
  const compiled: LuaSample = { state: "N", file: "serve.lua", line: 1, count: 3 };
  const [first] = rowsOf(compiled, { ...compiled, state: "I", count: 1 });
  assert.deepEqual(first, ["serve.ts f1", "100.0 %", "25.0 %"]);
});

test("samples outside of Lua do not count", () => {
  const [first] = rowsOf(
    { state: "C", file: "serve.lua", line: 1, count: 99 },
    { state: "N", file: "serve.lua", line: 2, count: 1 },
  );
  assert.deepEqual(first, ["serve.ts f2", "100.0 %", "0.0 %"]);
});

test("what is not compiled from our sources is named by where it comes from", () => {
  const rows = rowsOf(
    { state: "G", file: "serve.lua", line: 1, count: 4 },
    { state: "N", file: "/usr/share/lua/5.1/resty/core/var.lua", line: 1, count: 3 },
    { state: "I", file: "log_by_lua(nginx.conf:79)", line: 1, count: 2 },
  );
  const names = rows.map(([name]) => name);
  const expected = ["(the garbage collector)", "(lua-resty-core) var.lua", "(nginx.conf) log_by_lua_block"];
  assert.deepEqual(names.slice(0, 3), expected);
});

test("functions below one percent are one row", () => {
  const samples = Array.from({ length: 5 }, (_, i): LuaSample => {
    return { state: "N", file: "serve.lua", line: i, count: i === 0 ? 1000 : 1 };
  });
  assert.deepEqual(
    rowsOf(...samples)
      .at(-1)
      ?.slice(0, 2),
    ["others, each below 1 %", "0.4 %"],
  );
});
