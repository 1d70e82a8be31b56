import assert from "node:assert/strict";
import { test } from "node:test";
import { leastRounds } from "./least-rounds.ts";

/** Gives the values one after another. */
function measuring(values: readonly number[]): () => Promise<number> {
  const left = values.values();
  return async () => left.next().value ?? assert.fail("one measurement too many");
}

const LIMITS = { least: 2, most: 4 };

test("a value within the limit takes the least number of rounds", async () => {
  assert.deepEqual(await leastRounds(measuring([9, 12]), 10, LIMITS), [9, 12]);
});

test("one start above the limit is measured again until a start is within it", async () => {
  assert.deepEqual(await leastRounds(measuring([12, 11, 10]), 10, LIMITS), [12, 11, 10]);
});

test("a value that stays above the limit is believed in the end", async () => {
  assert.deepEqual(await leastRounds(measuring([12, 11, 13, 14]), 10, LIMITS), [12, 11, 13, 14]);
});
