import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { NamedObject } from "../source.ts";
import { NamedObjects } from "./named-objects.ts";
import type { Reflector } from "./reflector.ts";

/** A Reflector that does nothing of its own. */
class Idle {
  started = false;
  stopped = false;
  listed = false;
  failure: Error | undefined;
  start(): void {
    this.started = true;
  }
  async stop(): Promise<void> {
    this.stopped = true;
  }
  objects(): [] {
    return [];
  }
}

function secrets(count: number): NamedObject[] {
  return Array.from({ length: count }, (_, i) => ({ kind: "Secret", namespace: "shop", name: `s${i}` }));
}

describe("NamedObjects", () => {
  const made: Idle[] = [];
  function open(): NamedObjects {
    made.length = 0;
    return new NamedObjects(() => {
      made.push(new Idle());
      return made.at(-1) as unknown as Reflector;
    });
  }
  const started = () => made.filter((it) => it.started).length;
  const reflector = (index: number) => made[index] as unknown as Reflector;

  it("are looked for 64 at a time, and one that is found or looked for in vain makes room", async () => {
    const named = open();
    named.want(secrets(66));
    assert.equal(started(), 64);
    named.looked(reflector(0));
    assert.equal(started(), 64, "it has not been found");
    (made[0] as Idle).listed = true;
    named.looked(reflector(0));
    named.looked(reflector(0));
    assert.equal(started(), 65);
    (made[1] as Idle).failure = new Error("forbidden");
    named.looked(reflector(1));
    assert.equal(started(), 66);
  });

  it("that are wanted no more make room too, and those whose turn never came are never started", async () => {
    const named = open();
    named.want(secrets(100));
    named.want(secrets(100).slice(50));
    assert.deepEqual([started(), made.filter((it) => it.stopped).length], [100, 50]);
    const waiting = open();
    waiting.want(secrets(70));
    waiting.want(secrets(64));
    (made[0] as Idle).listed = true;
    waiting.looked(reflector(0));
    assert.equal(started(), 64);
  });

  it("are settled when each is, or when the others are wanted no more", async () => {
    const named = open();
    assert.ok(named.settled);
    named.want(secrets(2));
    (made[0] as Idle).listed = true;
    named.looked(reflector(0));
    assert.equal(named.settled, false);
    const settled = named.untilSettled();
    named.want(secrets(1));
    await settled;
  });
});
