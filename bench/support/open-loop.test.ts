import assert from "node:assert/strict";
import { test } from "node:test";
import { type Channel, OpenLoop } from "./open-loop.ts";

interface Sent {
  readonly at: number;
  readonly answered: () => void;
  readonly free: () => void;
}

/** Channels that answer when the test says so, on a clock that it moves. */
function setUp(channels: number, count: number) {
  const clock = { now: 0 };
  const sent: Sent[] = [];
  const channel: Channel = {
    send: (answered, free) => sent.push({ at: clock.now, answered, free }),
  };
  const schedule = { start: 0, interval: 1, count };
  const loop = new OpenLoop(new Array<Channel>(channels).fill(channel), schedule, () => clock.now);
  const at = (now: number) => {
    clock.now = now;
    loop.tick();
  };
  const answer = (request: Sent | undefined) => {
    request?.answered();
    request?.free();
  };
  return { clock, sent, loop, at, answer };
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
  const { sent, loop, at, answer } = setUp(1, 3);
  for (const now of [0, 1, 2, 10]) at(now);
  assert.equal(sent.length, 1);
  for (const number of [0, 1, 2]) answer(sent[number]);
  assert.deepEqual(loop.latencies, [10, 9, 8]);
  assert.equal(loop.isDone, true);
});

test("the client's own delay is told apart", () => {
  const { loop, at } = setUp(8, 3);
  for (const now of [0, 1.25, 2]) at(now);
  assert.deepEqual(loop.lateness, [0, 0.25, 0]);
});

test("a channel that connects again takes nothing before it is free", () => {
  const { sent, at } = setUp(1, 2);
  at(0);
  sent[0]?.answered();
  at(1);
  assert.equal(sent.length, 1);
  sent[0]?.free();
  assert.equal(sent.length, 2);
});
