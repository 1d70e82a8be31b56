import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { forget, forgetAll, gain, newRecent, remember, revive } from "./recent.ts";

/** Things that weigh what they say. */
function recentOf(most: number) {
  return newRecent<{ readonly weight: number }>(most, (thing) => thing.weight);
}

describe("what a worker remembers", () => {
  it("never weighs more than allowed, whatever is asked for", () => {
    const recent = recentOf(100);
    for (let i = 0; i < 1000; i++) remember(recent, `${i}`, { weight: 1 + (i % 7) });
    const held = [...Object.values(recent.young), ...Object.values(recent.old)];
    const weight = held.reduce((sum, thing) => sum + (thing?.weight ?? 0), 0);
    assert.ok(weight <= 100 && weight > 40, `${weight}`);
    assert.ok(recent.young["999"] !== undefined);
    assert.equal(revive(recent, "0"), undefined);
  });

  it("keeps what is asked for again and again", () => {
    const recent = recentOf(100);
    const kept = { weight: 5 };
    remember(recent, "kept", kept);
    for (let i = 0; i < 1000; i++) {
      remember(recent, `${i}`, { weight: 5 });
      assert.equal(recent.young["kept"] ?? revive(recent, "kept"), kept);
    }
  });

  it("says when old things have gone, also for one that came back", () => {
    let times = 0;
    const recent = newRecent<{ readonly weight: number }>(
      100,
      (thing) => thing.weight,
      () => times++,
    );
    remember(recent, "first", { weight: 40 });
    remember(recent, "second", { weight: 5 });
    assert.equal(times, 0);
    remember(recent, "third", { weight: 30 });
    assert.equal(times, 1);
    revive(recent, "first");
    assert.equal(times, 2);
  });

  it("makes room for what has become heavier", () => {
    const recent = recentOf(100);
    remember(recent, "ring", { weight: 10 });
    gain(recent, 40);
    remember(recent, "next", { weight: 10 });
    assert.deepEqual(Object.keys(recent.young), ["next"]);
  });

  it("forgets a thing wherever it is, and gives its weight back", () => {
    const recent = recentOf(100);
    remember(recent, "old", { weight: 40 });
    remember(recent, "young", { weight: 20 });
    forget(recent, "old");
    forget(recent, "young");
    assert.deepEqual([recent.young["young"], revive(recent, "old"), recent.weight], [undefined, undefined, 0]);
    remember(recent, "other", { weight: 1 });
    forgetAll(recent);
    assert.deepEqual([recent.young["other"], recent.weight], [undefined, 0]);
  });
});
