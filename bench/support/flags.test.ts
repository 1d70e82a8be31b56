import assert from "node:assert/strict";
import { test } from "node:test";
import { oneOf, pickNamed, UsageError, wholeNumber } from "./flags.ts";

const THINGS = [{ name: "apple" }, { name: "pear" }];

test("without a list everything is picked", () => {
  assert.equal(pickNamed("things", undefined, THINGS), THINGS);
});

test("a list picks in its own order", () => {
  assert.deepEqual(pickNamed("things", "pear,apple", THINGS), [{ name: "pear" }, { name: "apple" }]);
});

test("an unknown name is a usage error that names the right ones", () => {
  assert.throws(() => pickNamed("things", "plum", THINGS), new UsageError('--things: "plum" is none of apple, pear'));
});

test("a number that is too small or none is a usage error", () => {
  assert.equal(wholeNumber("count", "7", 1), 7);
  for (const text of ["0", "1.5", "many", ""]) assert.throws(() => wholeNumber("count", text, 1), UsageError);
});

test("a value outside of the list is a usage error", () => {
  assert.equal(oneOf("size", "small", ["small", "large"]), "small");
  assert.throws(() => oneOf("size", "huge", ["small", "large"]), UsageError);
});
