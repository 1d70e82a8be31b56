import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { classicPinOf, pinOf, ready, type SceneOptions, sceneOf } from "../../test/support/affinity.ts";
import type { AffinityMode, Endpoint } from "../snapshot/model.ts";
import { decide } from "./decide.ts";
import type { Chosen } from "./decision.ts";

const ENDPOINTS = ready(4);
const GONE: Endpoint = { address: "10.9.9.9", port: 8080, state: "ready" };
const UNKNOWN = "AAAAAAAAAAAAAAAA";
const MALFORMED = "x";
const FOREIGN_KEY = "0123456789abcdef0123456789abcdef";

function scene(mode: AffinityMode = "persistent", more: SceneOptions = {}) {
  return sceneOf({ endpoints: ENDPOINTS, departed: [GONE], ...more, policy: { mode } });
}

function ask(values: readonly string[], it = scene()): Chosen {
  return decide(values.map((value) => `C=${value}`).join("; "), it.policy, it.backend, it.world) as Chosen;
}

const pins = ENDPOINTS.map(pinOf) as [string, string, string, string];
const classicPins = ENDPOINTS.map(classicPinOf) as [string, string, string, string];

/** A key of balanced mode for another Backend: anywhere on the ring of this one. */
function foreign(number: number): string {
  return `1700000001.123.38.${number}|${FOREIGN_KEY}`;
}

describe("decide among several cookies of the name", () => {
  it("takes the first one that names an Endpoint", () => {
    assert.equal(ask([pins[2], pins[1]]).position, 2);
    assert.deepEqual(ask([UNKNOWN, MALFORMED, pins[1], pins[2]]), {
      kind: "stick",
      reason: "bound",
      position: 1,
      value: "",
    });
  });

  it("goes by their order, not by their format", () => {
    const decision = ask([classicPins[3], pins[1]]);
    assert.deepEqual(decision, { kind: "stick", reason: "classic", position: 3, value: pins[3] });
    assert.equal(ask([pins[1], classicPins[3]]).position, 1);
  });

  it("takes one of another Backend only when none of ours names an Endpoint", () => {
    const balanced = scene("balanced");
    assert.deepEqual(ask([foreign(1), pins[1]], balanced).position, 1);
    assert.deepEqual(ask([foreign(1), classicPins[1]]).position, 1);
    const alone = ask([foreign(1)], balanced);
    assert.equal(alone.kind, "stick");
    assert.equal(alone.reason, "classic");
    assert.equal(ask([UNKNOWN, foreign(1), MALFORMED], balanced).position, alone.position);
  });

  it("takes the first of those of another Backend", () => {
    const balanced = scene("balanced");
    for (let i = 0; i < 20; i++) {
      const first = ask([foreign(i)], balanced).position;
      assert.equal(ask([foreign(i), foreign(i + 1)], balanced).position, first);
    }
  });

  it("says gone before unknown, and the first reason otherwise", () => {
    assert.equal(ask([UNKNOWN, pinOf(GONE), MALFORMED]).reason, "gone");
    assert.equal(ask([UNKNOWN, MALFORMED]).reason, "unknown");
    assert.equal(ask([MALFORMED, UNKNOWN]).reason, "malformed");
    assert.equal(ask(["", "|", UNKNOWN]).reason, "unknown");
    assert.equal(ask(["", "|"]).reason, "new");
  });

  it("gives one answer, whatever their number and order", () => {
    type Value = { readonly text: string; readonly names: number };
    const value = fc.oneof<fc.Arbitrary<Value>[]>(
      fc.nat(3).map((names) => ({ text: pins[names] as string, names })),
      fc.nat(3).map((names) => ({ text: classicPins[names] as string, names })),
      fc
        .constantFrom(UNKNOWN, MALFORMED, pinOf(GONE), "", "|", "constructor", "__proto__")
        .map((text) => ({ text, names: -1 })),
    );
    fc.assert(
      fc.property(fc.array(value, { maxLength: 6 }), (values) => {
        const decision = ask(values.map(({ text }) => text));
        const first = values.find(({ names }) => names >= 0);
        if (first !== undefined) {
          assert.equal(decision.kind, "stick");
          assert.equal(decision.position, first.names);
        } else {
          const hasValue = values.some(({ text }) => text !== "" && text !== "|");
          assert.equal(decision.kind, hasValue ? "reassign" : "assign");
          assert.equal(decision.value, pins[decision.position]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("leaves other names out of it", () => {
    const it = scene();
    const header = `xC=${pins[1]}; c=${pins[2]}; other="C=${pins[3]}"; a=C=${pins[3]}`;
    const decision = decide(header, it.policy, it.backend, it.world) as Chosen;
    assert.equal(decision.kind, "assign");
  });

  it("keeps the policies of two Routes apart that share a Backend", () => {
    const it = scene();
    const other = sceneOf({ endpoints: ENDPOINTS, policy: { cookieName: "D" } }).policy;
    const header = `C=${pins[1]}; D=${pins[2]}`;
    assert.equal((decide(header, it.policy, it.backend, it.world) as Chosen).position, 1);
    assert.equal((decide(header, other, it.backend, it.world) as Chosen).position, 2);
  });
});
