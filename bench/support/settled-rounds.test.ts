import assert from "node:assert/strict";
import { test } from "node:test";
import { settledRounds } from "./settled-rounds.ts";

/** Gives the values one after another. */
function measuring(values: readonly number[]): () => Promise<number> {
  const left = values.values();
  return async () => left.next().value ?? assert.fail("one measurement too many");
}

const LIMITS = { least: 3, most: 7 };

/** Takes exactly these. */
async function takes(values: readonly number[]): Promise<void> {
  assert.deepEqual(await settledRounds(measuring(values), 10, LIMITS), values);
}

test("a median within the limit takes the least number of rounds", () => takes([9, 12, 10]));

test("a lucky start alone lets nothing pass, and more rounds are taken", () => takes([9, 12, 12, 10, 10]));

test("a median that stays above the limit is believed in the end", () => takes([9, 12, 12, 11, 10, 11, 12]));
