import assert from "node:assert/strict";
import { test } from "node:test";
import { median } from "./median.ts";

test("the median is the middle value whatever the order", () => {
  assert.equal(median([9, 1, 4]), 4);
});

test("the median of an even number of values lies between the two in the middle", () => {
  assert.equal(median([10, 1, 2, 4]), 3);
});
