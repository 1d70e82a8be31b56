import assert from "node:assert/strict";
import { test } from "node:test";
import { BackOff } from "./back-off.ts";

test("the wait doubles up to its longest", () => {
  const backOff = new BackOff();
  const waits = Array.from({ length: 8 }, () => backOff.after(0));
  assert.deepEqual(waits, [100, 200, 400, 800, 1600, 3200, 5000, 5000]);
});

test("an NGINX that lived for long is started again at once, and the next wait grows from there", () => {
  const backOff = new BackOff();
  for (let i = 0; i < 5; i++) backOff.after(0);
  assert.equal(backOff.after(60_000), 100);
  assert.equal(backOff.after(59_999), 200);
});
