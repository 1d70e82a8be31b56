import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Settling } from "./settling.ts";

function endOfTurn(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}

function setUp(context: TestContext) {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const states = new Map<string, string>();
  const settled: string[] = [];
  const settling = new Settling(
    15,
    (file) => states.get(file),
    (file) => settled.push(file),
  );
  const pass = async (time: number) => {
    await endOfTurn();
    context.mock.timers.tick(time);
    await endOfTurn();
  };
  return { states, settled, settling, pass };
}

test("a file settles once its time has passed without an event", async (context) => {
  const { settled, settling, pass } = setUp(context);
  settling.notice("a");
  await pass(14);
  assert.deepEqual(settled, []);
  assert.equal(settling.idle, false);
  await pass(1);
  assert.deepEqual(settled, ["a"]);
  assert.equal(settling.idle, true);
});

test("every event begins the time anew, for that file alone", async (context) => {
  const { settled, settling, pass } = setUp(context);
  settling.notice("a");
  settling.notice("b");
  await pass(10);
  settling.notice("a");
  await pass(5);
  assert.deepEqual(settled, ["b"]);
  await pass(10);
  assert.deepEqual(settled, ["b", "a"]);
});

test("a file that looks different when its time is up is given its time again", async (context) => {
  const { states, settled, settling, pass } = setUp(context);
  states.set("a", "empty");
  settling.notice("a");
  states.set("a", "written to");
  await pass(15);
  assert.deepEqual(settled, []);
  await pass(15);
  assert.deepEqual(settled, ["a"]);
});

test("what is forgotten or stopped never settles", async (context) => {
  const { settled, settling, pass } = setUp(context);
  settling.notice("a");
  settling.notice("b");
  settling.forget("a");
  settling.stop();
  await pass(100);
  assert.deepEqual(settled, []);
  assert.equal(settling.idle, true);
});

test("files that were noticed together settle together, without a turn between them", async (context) => {
  const { settled, settling, pass } = setUp(context);
  const seen: number[] = [];
  settling.notice("a");
  settling.notice("b");
  await endOfTurn();
  settling.notice("c");
  context.mock.timers.tick(15);
  seen.push(settled.length);
  await pass(15);
  assert.deepEqual(seen, [2]);
  assert.deepEqual(settled, ["a", "b", "c"]);
});
