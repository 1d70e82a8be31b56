import assert from "node:assert/strict";
import { test } from "node:test";
import { quietest, watchStolenTime } from "./stolen-time.ts";

/** Measurements, named by their turn, during which others had these parts of the machine. */
function series(parts: readonly number[]) {
  let turn = 0;
  return async () => ({ value: turn, stolen: parts[turn++] as number });
}

const LIMITS = { count: 2, most: 4, stolen: 0.01 };

async function turnsOf(parts: readonly number[]): Promise<readonly number[]> {
  return (await quietest(series(parts), LIMITS)).map((one) => one.value);
}

test("measures until as many as are wanted were quiet", async () => {
  assert.deepEqual(await turnsOf([0.5, 0.01, 0.2, 0]), [1, 3]);
  assert.deepEqual(await turnsOf([0, 0.005]), [0, 1]);
});

test("takes the quietest when too many were not, in their order", async () => {
  assert.deepEqual(await turnsOf([0.5, 0.3, 0, 0.4]), [1, 2]);
});

test("of two that were equally loud, the first", async () => {
  assert.deepEqual(await turnsOf([0.3, 0.3, 0.3, 0.3]), [0, 1]);
});

test("gives what was measured, with a part of the time", async () => {
  const { value, stolen } = await watchStolenTime(async () => "measured");
  assert.equal(value, "measured");
  assert.ok(stolen >= 0 && Number.isFinite(stolen));
});
