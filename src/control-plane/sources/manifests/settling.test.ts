import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Settling } from "./settling.ts";

function setUp(context: TestContext) {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const states = new Map<string, string>();
  const settled: string[] = [];
  const settling = new Settling(
    15,
    (file) => states.get(file),
    (file) => settled.push(file),
  );
  return { states, settled, settling, pass: (time: number) => context.mock.timers.tick(time) };
}

test("a file settles once its time has passed without an event", (context) => {
  const { settled, settling, pass } = setUp(context);
  settling.notice("a");
  pass(14);
  assert.deepEqual(settled, []);
  assert.equal(settling.idle, false);
  pass(1);
  assert.deepEqual(settled, ["a"]);
  assert.equal(settling.idle, true);
});

test("every event begins the time anew, for that file alone", (context) => {
  const { settled, settling, pass } = setUp(context);
  settling.notice("a");
  settling.notice("b");
  pass(10);
  settling.notice("a");
  pass(5);
  assert.deepEqual(settled, ["b"]);
  pass(10);
  assert.deepEqual(settled, ["b", "a"]);
});

test("a file that looks different when its time is up is given its time again", (context) => {
  const { states, settled, settling, pass } = setUp(context);
  states.set("a", "empty");
  settling.notice("a");
  states.set("a", "written to");
  pass(15);
  assert.deepEqual(settled, []);
  pass(15);
  assert.deepEqual(settled, ["a"]);
});

test("what is forgotten or stopped never settles", (context) => {
  const { settled, settling, pass } = setUp(context);
  settling.notice("a");
  settling.notice("b");
  settling.forget("a");
  settling.stop();
  pass(100);
  assert.deepEqual(settled, []);
  assert.equal(settling.idle, true);
});
