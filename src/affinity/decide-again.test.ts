import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { endpointsOf, pinOf, ready, type Scene, type SceneOptions, sceneOf } from "../../test/support/affinity.ts";
import type { AffinityMode, ClassicCookies, Endpoint } from "../snapshot/model.ts";
import { decide, decideAgain } from "./decide.ts";
import type { Chosen } from "./decision.ts";

const MODES: readonly AffinityMode[] = ["persistent", "balanced"];
const SETTINGS: readonly ClassicCookies[] = ["accept", "write", "off"];

function scene(mode: AffinityMode, changeOnFailure: boolean, more: SceneOptions = {}): Scene {
  return sceneOf({ ...more, policy: { mode, changeOnFailure } });
}

function first(it: Scene, value?: string): Chosen {
  return decide(value === undefined ? undefined : `C=${value}`, it.policy, it.backend, it.world) as Chosen;
}

function again(it: Scene, before: Chosen, failed: readonly number[]): Chosen {
  return decideAgain(before, failed, it.policy, it.backend, it.world) as Chosen;
}

/** All attempts of a request, each failing, until so many were made. */
function attempts(it: Scene, start: Chosen, count: number): Chosen[] {
  const made = [start];
  const failed: number[] = [];
  while (made.length < count) {
    const last = made.at(-1) as Chosen;
    if (!failed.includes(last.position)) failed.push(last.position);
    made.push(again(it, last, failed));
  }
  return made;
}

describe("decideAgain", () => {
  for (const mode of MODES) {
    it(`leaves a bound client where it is, without change-on-failure (${mode})`, () => {
      const it = scene(mode, false);
      const bound = first(it, first(it).value);
      assert.equal(bound.kind, "stick");
      for (const attempt of attempts(it, bound, 3)) assert.deepEqual(attempt, bound);
    });

    for (const classicCookies of SETTINGS) {
      it(`moves a bound client with change-on-failure, and binds it anew (${mode}, ${classicCookies})`, () => {
        const it = scene(mode, true, { classicCookies });
        const bound = first(it, first(it).value);
        const [, second, third] = attempts(it, bound, 3) as [Chosen, Chosen, Chosen];
        for (const attempt of [second, third]) {
          assert.equal(attempt.kind, "reassign");
          assert.equal(attempt.reason, "failed");
          assert.equal(first(it, attempt.value).position, attempt.position);
        }
        assert.equal(new Set([bound.position, second.position, third.position]).size, 3);
      });

      it(`takes a client without a cookie elsewhere in any case (${mode}, ${classicCookies})`, () => {
        for (const changeOnFailure of [true, false]) {
          const it = scene(mode, changeOnFailure, { classicCookies });
          const [start, second, third] = attempts(it, first(it), 3) as [Chosen, Chosen, Chosen];
          for (const attempt of [second, third]) {
            assert.equal(attempt.kind, "assign");
            assert.equal(attempt.reason, "failed");
            assert.equal(first(it, attempt.value).position, attempt.position);
          }
          assert.equal(new Set([start.position, second.position, third.position]).size, 3);
        }
      });
    }

    it(`goes on as reassign for a client whose cookie named nothing (${mode})`, () => {
      const it = scene(mode, false);
      const [start, second] = attempts(it, first(it, "AAAAAAAAAAAAAAAA"), 2) as [Chosen, Chosen];
      assert.equal(start.reason, "unknown");
      assert.equal(second.kind, "reassign");
      assert.equal(second.reason, "failed");
      assert.notEqual(second.position, start.position);
    });

    it(`comes back to the one that failed first when all have failed (${mode})`, () => {
      for (const count of [1, 2, 3]) {
        const it = scene(mode, true, { endpoints: ready(count) });
        const made = attempts(it, first(it), count + 1);
        const tried = made.slice(0, count).map(({ position }) => position);
        assert.equal(new Set(tried).size, count);
        const last = made.at(-1) as Chosen;
        assert.equal(last.position, tried[0]);
        assert.equal(first(it, last.value).position, last.position);
      }
    });

    it(`tries no Endpoint twice while an open one is left, and none that drains (${mode})`, () => {
      const states = fc
        .array(fc.constantFrom("ready" as const, "draining" as const), { minLength: 1, maxLength: 7 })
        .filter((list) => list.includes("ready"));
      fc.assert(
        fc.property(states, fc.nat(1000), (list, seed) => {
          const it = scene(mode, true, { endpoints: endpointsOf(list), seed });
          const open = list.filter((state) => state === "ready").length;
          const positions = attempts(it, first(it), open).map(({ position }) => position);
          assert.equal(new Set(positions).size, open);
          for (const position of positions) assert.equal(list[position], "ready");
        }),
        { numRuns: 50 },
      );
    });

    it(`moves the client of a draining Endpoint that fails to a ready one (${mode})`, () => {
      const before = scene(mode, true);
      const { value, position } = first(before);
      const states = ready(4).map((_, i) => (i === position ? ("draining" as const) : ("ready" as const)));
      const it = scene(mode, true, { endpoints: endpointsOf(states) });
      const bound = first(it, value);
      assert.equal(bound.position, position);
      assert.notEqual(again(it, bound, [position]).position, position);
    });
  }

  it("stamps the new value where cookies have a lifetime", () => {
    const it = sceneOf({ policy: { changeOnFailure: true, maxAge: 1000 } });
    const attempt = again(it, first(it), [first(it).position]);
    assert.equal(attempt.value, `${pinOf(it.endpoints[attempt.position] as Endpoint)}.1700000000`);
  });

  it("takes the next in turn that has not failed where there is no affinity", () => {
    const { backend, world } = sceneOf({ endpoints: ready(3) });
    let before = decide(undefined, undefined, backend, world) as Chosen;
    const failed = [before.position];
    for (let i = 0; i < 2; i++) {
      const next = decideAgain(before, failed, undefined, backend, world) as Chosen;
      assert.ok(!failed.includes(next.position));
      assert.deepEqual({ ...next, position: 0 }, { kind: "none", reason: "failed", position: 0, value: "" });
      failed.push(next.position);
      before = next;
    }
    assert.equal((decideAgain(before, failed, undefined, backend, world) as Chosen).position, failed[0]);
  });
});
