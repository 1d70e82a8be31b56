import assert from "node:assert/strict";
import { test } from "node:test";
import { Multimap } from "./multimap.ts";

test("a key is there as long as it has a value", () => {
  const map = new Multimap<string, number>();
  assert.ok(map.add("a", 1));
  assert.ok(!map.add("a", 2));
  assert.deepEqual([...map.get("a")], [1, 2]);
  assert.ok(!map.delete("a", 1));
  assert.ok(!map.delete("a", 3), "it was never there");
  assert.ok(map.delete("a", 2));
  assert.ok(!map.has("a"));
  assert.deepEqual([[...map.get("a")], [...map.keys()]], [[], []]);
  assert.ok(!map.delete("a", 2));
});
