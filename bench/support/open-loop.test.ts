import assert from "node:assert/strict";
import { test } from "node:test";
import { OpenLoop } from "./open-loop.ts";

/** Channels that answer when the test says so, on a clock that it moves. */
function setUp(channels: number, count: number) {
  const clock = { now: 0 };
  const sent: { readonly at: number; readonly channel: number }[] = [];
  const send = (channel: number) => void sent.push({ at: clock.now, channel });
  const loop = new OpenLoop(channels, { start: 0, interval: 1, count }, () => clock.now, send);
  const at = (now: number) => {
    clock.now = now;
    loop.tick();
  };
  return { sent, loop, at };
}

test("requests go when they are due, also while none is answered", () => {
  const { sent, at } = setUp(8, 5);
  for (const now of [0, 0.5, 1, 2, 3]) at(now);
  assert.deepEqual(
    sent.map((request) => request.at),
    [0, 1, 2, 3],
  );
});

test("a request that waits for a channel is as late as it is, counted from when it was due", () => {
  const { sent, loop, at } = setUp(1, 3);
  for (const now of [0, 1, 2, 10]) at(now);
  assert.equal(sent.length, 1);
  for (const _ of [0, 1, 2]) loop.answered(0);
  assert.deepEqual(loop.latencies, [10, 9, 8]);
  assert.equal(loop.isDone(), true);
});

test("the client's own delay is told apart", () => {
  const { loop, at } = setUp(8, 3);
  for (const now of [0, 1.25, 2]) at(now);
  assert.deepEqual(loop.lateness, [0, 0.25, 0]);
});

test("the channel that rested longest is next", () => {
  const { sent, loop, at } = setUp(3, 5);
  at(0);
  at(1);
  loop.answered(1);
  loop.answered(0);
  for (const now of [2, 3, 4]) at(now);
  assert.deepEqual(
    sent.map(({ channel }) => channel),
    [0, 1, 2, 1, 0],
  );
});
