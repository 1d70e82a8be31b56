import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { endpointsOf, pinOf, ready, type Scene, type SceneOptions, sceneOf } from "../../test/support/affinity.ts";
import type { Endpoint } from "../snapshot/model.ts";
import { decide, decideAgain } from "./decide.ts";
import type { Chosen } from "./decision.ts";

const GONE: Endpoint = { address: "10.9.9.9", port: 8080, state: "ready" };

function rollOut(more: SceneOptions = {}): Scene {
  return sceneOf({ endpoints: ready(6), departed: [GONE], newest: [1, 4], ...more });
}

/** The positions that many requests with this cookie come to. */
function reached(it: Scene, value: string | undefined): Set<number> {
  const cookie = value === undefined ? undefined : `C=${value}`;
  const positions = new Set<number>();
  for (let i = 0; i < 200; i++) positions.add((decide(cookie, it.policy, it.backend, it.world) as Chosen).position);
  return positions;
}

describe("while a roll-out is on", () => {
  it("a session whose Endpoint is gone is bound to one that stays, to any of them", () => {
    const it = rollOut();
    assert.deepEqual(reached(it, pinOf(GONE)), new Set([1, 4]));
    const moved = decide(`C=${pinOf(GONE)}`, it.policy, it.backend, it.world) as Chosen;
    assert.deepEqual([moved.kind, moved.reason], ["reassign", "gone"]);
    assert.deepEqual(reached(it, moved.value), new Set([moved.position]));
  });

  it("it would be bound anywhere without a roll-out: the control", () => {
    const { policy, backend, world } = rollOut();
    const it = { endpoints: ready(6), policy, world, backend: { ...backend, newest: undefined } };
    assert.equal(reached(it, pinOf(GONE)).size, 6);
  });

  it("new sessions and values that anybody could send come everywhere, bound ones stay", () => {
    const it = rollOut();
    for (const value of [undefined, "AAAAAAAAAAAAAAAA", "!"]) assert.equal(reached(it, value).size, 6);
    assert.deepEqual(reached(it, pinOf(it.endpoints[0] as Endpoint)), new Set([0]));
  });

  it("a session that is moved by a failed attempt goes to one that stays, and elsewhere once all those have failed", () => {
    const it = rollOut({ policy: { changeOnFailure: true } });
    const bound = decide(`C=${pinOf(it.endpoints[0] as Endpoint)}`, it.policy, it.backend, it.world) as Chosen;
    const failed = [bound.position];
    for (let i = 0; i < 2; i++) {
      const next = decideAgain(bound, failed, it.policy, it.backend, it.world) as Chosen;
      assert.ok([1, 4].includes(next.position), `${next.position}`);
      failed.push(next.position);
    }
    const last = decideAgain(bound, failed, it.policy, it.backend, it.world) as Chosen;
    assert.deepEqual([last.kind, last.reason, failed.includes(last.position)], ["reassign", "failed", false]);
  });

  it("a new session that a failed attempt moves is still a new one", () => {
    const it = rollOut();
    const first = decide(undefined, it.policy, it.backend, it.world) as Chosen;
    const positions = new Set<number>();
    for (let i = 0; i < 200; i++) {
      positions.add((decideAgain(first, [first.position], it.policy, it.backend, it.world) as Chosen).position);
    }
    assert.equal(positions.size, 5);
  });

  it("balanced mode goes by its ring alone", () => {
    const it = rollOut({ policy: { mode: "balanced", changeOnFailure: true } });
    assert.ok(reached(it, pinOf(GONE)).size > 2);
  });
});

describe("an Endpoint that is joining", () => {
  const endpoints = endpointsOf(["ready", "joining", "ready"]);

  for (const mode of ["persistent", "balanced"] as const) {
    it(`gets no new session (${mode})`, () => {
      assert.deepEqual(reached(sceneOf({ endpoints, policy: { mode } }), undefined), new Set([0, 2]));
    });

    it(`keeps those that it has (${mode})`, () => {
      assert.deepEqual(
        reached(sceneOf({ endpoints, policy: { mode } }), pinOf(endpoints[1] as Endpoint)),
        new Set([1]),
      );
    });
  }

  it("serves clients without affinity at once", () => {
    const { backend, world } = sceneOf({ endpoints });
    const positions = [0, 1, 2].map(() => (decide(undefined, undefined, backend, world) as Chosen).position);
    assert.deepEqual(positions.sort(), [0, 1, 2]);
  });
});
