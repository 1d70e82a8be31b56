import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  CLASSIC_KEY,
  classicPinOf,
  endpointsOf,
  formerPinOf,
  pinOf,
  ready,
  ringOf,
  type Scene,
  type SceneOptions,
  SLOTS,
  sceneOf,
} from "../../test/support/affinity.ts";
import { readRing } from "../control-plane/translate/ring.ts";
import type { AffinityMode, ClassicCookies, Endpoint } from "../snapshot/model.ts";
import { SEALED_LENGTH, SLOT_COUNT } from "../snapshot/model.ts";
import { slotHash } from "./backend-index.ts";
import { crc32 } from "./crc32.ts";
import { decide } from "./decide.ts";
import type { Chosen } from "./decision.ts";
import { locate } from "./ring.ts";

const MODES: readonly AffinityMode[] = ["persistent", "balanced"];
const SETTINGS: readonly ClassicCookies[] = ["accept", "write", "off"];
const ENDPOINTS = ready(4);
const SEALED = /^[A-Za-z0-9_-]{16}$/;

function ask(scene: Scene, value?: string): Chosen {
  const decision = decide(value === undefined ? undefined : `C=${value}`, scene.policy, scene.backend, scene.world);
  assert.notEqual(decision.kind, "refuse");
  return decision as Chosen;
}

function scene(mode: AffinityMode, classicCookies: ClassicCookies, more: SceneOptions = {}): Scene {
  return sceneOf({ endpoints: ENDPOINTS, classicCookies, ...more, policy: { mode, ...more.policy } });
}

function endpointAt(position: number): Endpoint {
  return ENDPOINTS[position] as Endpoint;
}

function slotValue(slot: number, values = SLOTS.values): string {
  return values.substring(slot * SEALED_LENGTH, (slot + 1) * SEALED_LENGTH);
}

const ring = readRing(ringOf(ENDPOINTS));

/** A slot that lies in an arc of the Endpoint. */
function slotOf(position: number): number {
  for (let i = 0; i < SLOT_COUNT; i++) if (locate(ring, slotHash(i)) === position) return i;
  throw new Error("an Endpoint without a slot");
}

/** A key as ingress-nginx makes them, and where it leads. */
const RING_KEY = "1700000001.123.38.264157";
const RING_OWNER = locate(ring, crc32(RING_KEY));

/** What leads to an Endpoint under the former key, or in the other mode. */
function formerValue(mode: AffinityMode, position: number): string {
  return mode === "persistent" ? formerPinOf(endpointAt(position)) : slotValue(slotOf(position), SLOTS.formerValues);
}

function otherModesValue(mode: AffinityMode, position: number): string {
  return mode === "persistent" ? slotValue(slotOf(position)) : pinOf(endpointAt(position));
}

/** The value is for this Endpoint, of the right kind, and needs no answer when it comes back. */
function assertBindsTo(it: Scene, value: string, position: number): void {
  assert.match(value, it.world.classicCookies === "write" ? /^[0-9a-f.]+\|[0-9a-f]{32}$/ : SEALED);
  assert.deepEqual(ask(it, value), { kind: "stick", reason: "bound", position, value: "" });
}

describe("decide", () => {
  for (const mode of MODES) {
    for (const classicCookies of SETTINGS) {
      describe(`in ${mode} mode with --classic-cookies=${classicCookies}`, () => {
        it("assigns an Endpoint to a client without a cookie, and keeps it there silently", () => {
          for (let seed = 1; seed < 50; seed++) {
            const it = scene(mode, classicCookies, { seed });
            for (const header of [undefined, "", "other=1", "xC=1", "C=", 'C=""', "C=|"]) {
              const decision = decide(header, it.policy, it.backend, it.world) as Chosen;
              assert.equal(decision.kind, "assign");
              assert.equal(decision.reason, "new");
              assertBindsTo(it, decision.value, decision.position);
            }
          }
        });

        it("reaches every Endpoint", () => {
          const it = scene(mode, classicCookies);
          const seen = new Set(Array.from({ length: 300 }, () => ask(it).position));
          assert.equal(seen.size, ENDPOINTS.length);
        });

        it("gives a well-formed value that names nothing another Endpoint", () => {
          const it = scene(mode, classicCookies);
          const decision = ask(it, "AAAAAAAAAAAAAAAA");
          assert.equal(decision.kind, "reassign");
          assert.equal(decision.reason, "unknown");
          assertBindsTo(it, decision.value, decision.position);
        });

        it("gives a value that nobody issued another Endpoint", () => {
          const it = scene(mode, classicCookies);
          for (const value of [
            "x",
            "AAAAAAAAAAAAAAA!",
            "AAAAAAAAAAAAAAAAA",
            "1.2",
            "constructor",
            "__proto__",
            "k|b",
            "\xff",
          ]) {
            const decision = ask(it, value);
            assert.equal(decision.kind, "reassign", value);
            assert.equal(decision.reason, "malformed", value);
            assertBindsTo(it, decision.value, decision.position);
          }
        });

        it("says when an Endpoint has gone", () => {
          const gone = { address: "10.9.9.9", port: 8080, state: "ready" as const };
          const it = scene(mode, classicCookies, { departed: [gone] });
          const decision = ask(it, pinOf(gone));
          assert.equal(decision.kind, "reassign");
          assert.equal(decision.reason, "gone");
          assertBindsTo(it, decision.value, decision.position);
        });

        it("keeps a client whose value was sealed under the former key, and answers with one that needs no answer", () => {
          const it = scene(mode, classicCookies);
          for (let position = 0; position < ENDPOINTS.length; position++) {
            const decision = ask(it, formerValue(mode, position));
            const reason = classicCookies === "write" ? "converted" : "rotated";
            assert.deepEqual({ ...decision, value: "" }, { kind: "stick", reason, position, value: "" });
            assertBindsTo(it, decision.value, position);
          }
        });

        it("keeps a client whose value was issued in the other mode, and answers with one of this mode", () => {
          const it = scene(mode, classicCookies);
          for (let position = 0; position < ENDPOINTS.length; position++) {
            const decision = ask(it, otherModesValue(mode, position));
            assert.deepEqual({ ...decision, value: "" }, { kind: "stick", reason: "converted", position, value: "" });
            assertBindsTo(it, decision.value, position);
          }
        });

        it("takes quotes and blanks around a value for nothing", () => {
          const it = scene(mode, classicCookies);
          const { value, position } = ask(it);
          for (const header of [`C="${value}"`, `C=${value} ; a=1`, `C=${value}\t`, `; C=${value}`, `a; C=${value}`]) {
            const decision = decide(header, it.policy, it.backend, it.world);
            assert.deepEqual(decision, { kind: "stick", reason: "bound", position, value: "" }, header);
          }
        });

        it("keeps the clients of draining Endpoints and gives them no new ones", () => {
          const states = fc.array(fc.constantFrom("ready" as const, "draining" as const), {
            minLength: 1,
            maxLength: 6,
          });
          fc.assert(
            fc.property(states, fc.nat(1000), (list, seed) => {
              const drained = scene(mode, classicCookies, { endpoints: endpointsOf(list), seed });
              for (let i = 0; i < 10; i++) {
                const state = list[ask(drained).position];
                assert.ok(state === "ready" || !list.includes("ready"));
              }
              const before = scene(mode, classicCookies, { endpoints: ready(list.length), seed });
              const { value, position } = ask(before);
              assert.equal(ask(drained, value).position, position);
              assert.equal(ask(drained, value).kind, "stick");
            }),
            { numRuns: 30 },
          );
        });

        it("refuses when there is no Endpoint", () => {
          const it = scene(mode, classicCookies, { endpoints: [] });
          for (const header of [undefined, "C=x", `C=${classicPinOf(endpointAt(0))}`]) {
            const decision = decide(header, it.policy, it.backend, it.world);
            assert.deepEqual(decision, { kind: "refuse", reason: "no-endpoint" });
          }
        });

        it("is not to be led anywhere by a value that a client made up", () => {
          const it = scene(mode, classicCookies);
          const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
          const value = fc.string({ unit: fc.constantFrom(...alphabet), minLength: 16, maxLength: 16 });
          fc.assert(
            fc.property(value, (text) => assert.equal(ask(it, text).kind, "reassign")),
            { numRuns: 2000 },
          );
        });
      });
    }
  }
});

describe("decide with a lifetime", () => {
  for (const mode of MODES) {
    for (const lifetime of [{ maxAge: 1000 }, { expires: 1000 }]) {
      const name = `in ${mode} mode, by ${Object.keys(lifetime)[0]}`;

      it(`stamps a value and leaves it alone through the first half of its life (${name})`, () => {
        const it = scene(mode, "accept", { policy: lifetime });
        const { value, position } = ask(it);
        assert.match(value, /^[A-Za-z0-9_-]{16}\.1700000000$/);
        for (const after of [0, 1, 500]) {
          it.world.time = 1_700_000_000.5 + after;
          assert.deepEqual(ask(it, value), { kind: "stick", reason: "bound", position, value: "" });
        }
      });

      it(`issues it afresh in the second half, for the same Endpoint (${name})`, () => {
        const it = scene(mode, "accept", { policy: lifetime });
        const { value, position } = ask(it);
        it.world.time = 1_700_000_501;
        const decision = ask(it, value);
        assert.deepEqual({ ...decision, value: "" }, { kind: "stick", reason: "refreshed", position, value: "" });
        assert.match(decision.value, /\.1700000501$/);
        assert.deepEqual(ask(it, decision.value), { kind: "stick", reason: "bound", position, value: "" });
      });

      it(`gives a value that has no stamp one (${name})`, () => {
        const { value, position } = ask(scene(mode, "accept"));
        const decision = ask(scene(mode, "accept", { policy: lifetime }), value);
        assert.deepEqual({ ...decision, value: "" }, { kind: "stick", reason: "refreshed", position, value: "" });
        assert.match(decision.value, /\.1700000000$/);
      });
    }

    it(`takes a stamp for nothing where there is none any more (in ${mode} mode)`, () => {
      const { value, position } = ask(scene(mode, "accept", { policy: { maxAge: 1000 } }));
      assert.deepEqual(ask(scene(mode, "accept"), value), { kind: "stick", reason: "bound", position, value: "" });
    });

    it(`writes no stamp on ingress-nginx's values (in ${mode} mode)`, () => {
      const it = scene(mode, "write", { policy: { maxAge: 1000 } });
      const { value, position } = ask(it);
      assert.ok(value.endsWith(`|${CLASSIC_KEY}`));
      it.world.time += 900;
      assert.deepEqual(ask(it, value), { kind: "stick", reason: "bound", position, value: "" });
    });
  }
});

describe("decide about ingress-nginx's cookies", () => {
  it("keeps the clients of its persistent mode, and answers with a sealed value", () => {
    const it = scene("persistent", "accept");
    for (let position = 0; position < ENDPOINTS.length; position++) {
      for (const value of [
        classicPinOf(endpointAt(position)),
        classicPinOf(endpointAt(position)).split("|")[0] as string,
      ]) {
        const decision = ask(it, value);
        assert.deepEqual(decision, { kind: "stick", reason: "classic", position, value: pinOf(endpointAt(position)) });
      }
    }
  });

  it("keeps the clients of its balanced mode, and answers with a sealed value", () => {
    const it = scene("balanced", "accept");
    for (const value of [RING_KEY, `${RING_KEY}|${CLASSIC_KEY}`, `${RING_KEY}||${CLASSIC_KEY}|x`]) {
      const decision = ask(it, value);
      assert.deepEqual(
        { ...decision, value: "" },
        { kind: "stick", reason: "classic", position: RING_OWNER, value: "" },
      );
      assertBindsTo(it, decision.value, RING_OWNER);
    }
  });

  it("takes a key of its persistent mode to the ring in balanced mode, as it does itself", () => {
    for (const classicCookies of ["accept", "write"] as const) {
      const it = scene("balanced", classicCookies);
      for (const endpoint of ENDPOINTS) {
        const value = classicPinOf(endpoint);
        const decision = ask(it, value);
        assert.equal(decision.kind, "stick");
        assert.equal(decision.position, locate(ring, crc32(value.split("|")[0] as string)));
      }
    }
  });

  it("keeps a client of its balanced mode when the mode is persistent by now", () => {
    const accepted = ask(scene("persistent", "accept"), RING_KEY);
    const pin = pinOf(endpointAt(RING_OWNER));
    assert.deepEqual(accepted, { kind: "stick", reason: "classic", position: RING_OWNER, value: pin });
    const written = ask(scene("persistent", "write"), RING_KEY);
    const classicPin = classicPinOf(endpointAt(RING_OWNER));
    assert.deepEqual(written, { kind: "stick", reason: "converted", position: RING_OWNER, value: classicPin });
  });

  it("says unknown of a key that no Endpoint has any more", () => {
    for (const classicCookies of ["accept", "write"] as const) {
      const decision = ask(
        scene("persistent", classicCookies),
        classicPinOf({ address: "10.9.9.9", port: 1, state: "ready" }),
      );
      assert.equal(decision.kind, "reassign");
      assert.equal(decision.reason, "unknown");
    }
  });

  it("leaves them as they are while they are written", () => {
    const persistent = scene("persistent", "write");
    const value = classicPinOf(endpointAt(2));
    assert.deepEqual(ask(persistent, value), { kind: "stick", reason: "bound", position: 2, value: "" });
    const balanced = ask(scene("balanced", "write"), `${RING_KEY}|${CLASSIC_KEY}`);
    assert.deepEqual(balanced, { kind: "stick", reason: "bound", position: RING_OWNER, value: "" });
  });

  it("writes keys of time, process and chance in balanced mode", () => {
    const { value } = ask(scene("balanced", "write"));
    const [key, backendKey] = value.split("|") as [string, string];
    assert.match(key, /^1700000000\.123\.38\.[1-9]\d{0,5}$/);
    assert.equal(backendKey, CLASSIC_KEY);
  });

  it("turns sealed values into them while they are written", () => {
    const decision = ask(scene("persistent", "write"), pinOf(endpointAt(1)));
    const value = classicPinOf(endpointAt(1));
    assert.deepEqual(decision, { kind: "stick", reason: "converted", position: 1, value });
  });

  it("knows nothing of them when they are off", () => {
    for (const mode of MODES) {
      for (const value of [classicPinOf(endpointAt(0)), RING_KEY, `${RING_KEY}|${CLASSIC_KEY}`]) {
        const decision = ask(scene(mode, "off"), value);
        assert.equal(decision.kind, "reassign");
        assert.equal(decision.reason, "malformed");
        assert.match(decision.value, SEALED);
      }
    }
  });
});

describe("decide without affinity", () => {
  it("takes turns, whatever cookies come", () => {
    const { backend, world } = sceneOf({ endpoints: ENDPOINTS });
    const counts = new Array<number>(4).fill(0);
    for (let i = 0; i < 40; i++) {
      const decision = decide(`C=${pinOf(endpointAt(0))}`, undefined, backend, world) as Chosen;
      assert.deepEqual({ ...decision, position: 0 }, { kind: "none", reason: "off", position: 0, value: "" });
      counts[decision.position] = (counts[decision.position] as number) + 1;
    }
    assert.deepEqual(counts, [10, 10, 10, 10]);
  });

  it("refuses when there is no Endpoint", () => {
    const { backend, world } = sceneOf({ endpoints: [] });
    assert.deepEqual(decide(undefined, undefined, backend, world), { kind: "refuse", reason: "no-endpoint" });
  });
});
