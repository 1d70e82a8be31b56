import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { firstDue, type Joining, joiningOf, withJoining } from "./joining.ts";
import type { IdentifiedEndpoint } from "./merge-endpoints.ts";

const DELAY = 1000;

function endpoints(...identities: readonly string[]): IdentifiedEndpoint[] {
  return identities.map((identity) => {
    const endpoint = { address: "10.0.0.1", port: 80, state: "ready" as const };
    return { endpoint, identity, podName: "" };
  });
}

/** A Backend as it goes on: knows whom it had. */
class Life {
  time = 0;
  #before: { readonly pinOf: ReadonlyMap<string, unknown>; readonly joining: Joining } | undefined;
  readonly #delay: number;

  constructor(delay = DELAY) {
    this.#delay = delay;
  }

  /** Makes these the Endpoints; gives who is joining, with when it is over. */
  now(...found: readonly IdentifiedEndpoint[]): Record<string, number> {
    const joining = joiningOf(found, this.#before, { delay: this.#delay, now: () => this.time });
    this.#before = { pinOf: new Map(found.map(({ identity }) => [identity, ""])), joining };
    return Object.fromEntries(joining);
  }
}

describe("joining", () => {
  it("is for those that come to others, once, and over after the delay", () => {
    const life = new Life();
    assert.deepEqual(life.now(...endpoints("a")), {});
    life.time = 5000;
    assert.deepEqual(life.now(...endpoints("a", "b")), { b: 6000 });
    life.time = 5500;
    assert.deepEqual(life.now(...endpoints("a", "b", "c")), { b: 6000, c: 6500 });
    life.time = 6000;
    assert.deepEqual(life.now(...endpoints("a", "b", "c")), { c: 6500 });
    life.time = 6500;
    assert.deepEqual(life.now(...endpoints("a", "b", "c")), {});
  });

  it("ends for all as soon as there is nobody else", () => {
    const life = new Life();
    life.now(...endpoints("a"));
    life.now(...endpoints("a", "b"));
    const [draining, b, c] = endpoints("a", "b", "c") as [IdentifiedEndpoint, IdentifiedEndpoint, IdentifiedEndpoint];
    const leaving = { ...draining, endpoint: { ...draining.endpoint, state: "draining" as const } };
    assert.deepEqual(life.now(leaving, b, c), {});
    assert.deepEqual(life.now(b, c), {});
  });

  it("is for nobody at first, after nobody, and instead of all others", () => {
    const life = new Life();
    assert.deepEqual(life.now(...endpoints("a", "b")), {});
    assert.deepEqual(life.now(), {});
    assert.deepEqual(life.now(...endpoints("c")), {});
    assert.deepEqual(life.now(...endpoints("d", "e")), {});
  });

  it("is for one that was away, too", () => {
    const life = new Life();
    life.now(...endpoints("a", "b"));
    life.now(...endpoints("a"));
    assert.deepEqual(life.now(...endpoints("a", "b")), { b: 1000 });
  });

  it("may be switched off", () => {
    const life = new Life(0);
    life.now(...endpoints("a"));
    assert.deepEqual(life.now(...endpoints("a", "b")), {});
  });

  it("is the state of an Endpoint, and due when the first is over", () => {
    const joining = new Map([
      ["b", 7],
      ["c", 5],
    ]);
    const states = withJoining(endpoints("a", "b"), joining).map(({ endpoint }) => endpoint.state);
    assert.deepEqual(states, ["ready", "joining"]);
    assert.deepEqual([firstDue(joining), firstDue(new Map())], [5, undefined]);
  });
});
