import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CANARY_MARK, FORMER_CANARY_MARK, NOW, pinOf, ready, SLOTS } from "../../../test/support/affinity.ts";
import { CanaryScene, type CanarySceneOptions, type Outcome } from "../../../test/support/canary.ts";
import type { AffinityMode, Endpoint } from "../../snapshot/model.ts";

const MODES: readonly AffinityMode[] = ["balanced", "persistent"];
const ALWAYS = { x_canary: "always" };
const BY_HEADER = { header: "x_canary" };

function issued({ decision }: Outcome): string {
  assert.ok(decision.kind !== "refuse" && decision.value !== "", "a cookie is set");
  return decision.value;
}

function cookie(value: string): { cookie: string } {
  return { cookie: `C=${value}` };
}

function scene(mode: AffinityMode, options: CanarySceneOptions = {}): CanaryScene {
  return new CanaryScene({ ...options, affinity: { mode, ...options.affinity } });
}

function endpointAt(position: number): Endpoint {
  return ready(4)[position] as Endpoint;
}

function assertNear(count: number, wanted: number): void {
  assert.ok(Math.abs(count - wanted) <= 2, `${count} instead of ${wanted}`);
}

/** What the request is told, in short. */
function told({ side, grounds, decision }: Outcome): string {
  const value = decision.kind === "refuse" || decision.value === "" ? "silent" : "cookie";
  return `${side} by ${grounds}: ${decision.kind} ${decision.reason} ${value}`;
}

for (const mode of MODES) {
  describe(`the side of a client in ${mode} mode`, () => {
    it("is asked of the session first, then of header, cookie and weight", () => {
      const it = scene(mode, { canary: { ...BY_HEADER, cookie: "pick", weight: 100 } });
      assert.match(told(it.send()), /^canary by weight: assign/);
      assert.match(told(it.send({ cookie: "pick=never" })), /^main by cookie/);
      assert.match(told(it.send({ x_canary: "never", cookie: "pick=always" })), /^main by header/);
      const main = issued(it.send({ x_canary: "never" }));
      assert.equal(told(it.send({ ...ALWAYS, ...cookie(main) })), "main by session: stick bound silent");
      const canary = issued(it.send(ALWAYS));
      assert.equal(told(it.send({ x_canary: "never", ...cookie(canary) })), "canary by session: stick bound silent");
    });

    it("is kept whatever becomes of the weight", () => {
      const it = scene(mode, { canary: { weight: 50 } });
      const sessions = Array.from({ length: 40 }, () => it.send()).map((first) => ({ first, value: issued(first) }));
      assertNear(sessions.filter(({ first }) => first.side === "canary").length, 20);
      for (const weight of [0, 100, 10]) {
        it.change({ weight });
        for (const { first, value } of sessions) {
          const next = it.send(cookie(value));
          assert.deepEqual([next.side, told(next)], [first.side, `${first.side} by session: stick bound silent`]);
        }
      }
    });

    it("is the main's for cookies from before there was a canary", () => {
      const it = scene(mode, { canary: { weight: 100 } });
      const before = mode === "persistent" ? pinOf(endpointAt(2)) : SLOTS.values.substring(160, 176);
      assert.equal(told(it.send(cookie(before))), "main by session: stick bound silent");
    });

    it("is the main's too when the endpoint of a cookie is long gone", () => {
      const it = scene(mode, { canary: { weight: 100 } });
      assert.match(told(it.send(cookie("AAAAAAAAAAAAAAAA"))), /^main by session: reassign unknown cookie/);
    });

    it("is the main's while the canary has no endpoints, and stays so", () => {
      const it = scene(mode, { canary: { ...BY_HEADER, weight: 100 } });
      const value = issued(it.send());
      const { alternative } = it;
      it.alternative = scene(mode, { canaries: [] }).alternative;
      assert.match(told(it.send(ALWAYS)), /^main by no-endpoint/);
      const moved = it.send(cookie(value));
      assert.match(told(moved), /^main by no-endpoint: (stick converted|reassign unknown) cookie/);
      it.alternative = alternative;
      assert.equal(told(it.send(cookie(issued(moved)))), "main by session: stick bound silent");
    });

    it("is the canary's under the former key, which is replaced", () => {
      const it = scene(mode, { canary: { weight: 0 } });
      const pins = Object.keys(it.world.values(it.alternative).formerlyPinned);
      const sealed = mode === "persistent" ? pins[0] : SLOTS.formerValues.substring(0, 16);
      const next = it.send(cookie(`${sealed}${FORMER_CANARY_MARK}`));
      assert.equal(told(next), "canary by session: stick rotated cookie");
      assert.equal(issued(next).substring(16), CANARY_MARK);
    });

    it("is not the canary's by a mark of another one", () => {
      const it = scene(mode, { canary: { weight: 0 } });
      const pin = pinOf(endpointAt(1));
      assert.match(told(it.send(cookie(`${SLOTS.values.substring(0, 16)}BBBBBBBBBBBBBBBB`))), /^main by weight/);
      assert.match(told(it.send(cookie(`${pin}BBBBBBBBBBBBBBBB`))), /^main by session: stick converted cookie/);
    });

    it("is told by what ingress-nginx issued as well", () => {
      const writes = scene(mode, { canary: BY_HEADER, classicCookies: "write" });
      const canary = issued(writes.send(ALWAYS));
      assert.match(canary, /\|[0-9a-f]{32}$/);
      assert.equal(told(writes.send(cookie(canary))), "canary by session: stick bound silent");
      const main = issued(writes.send());
      assert.equal(told(writes.send({ ...ALWAYS, ...cookie(main) })), "main by session: stick bound silent");
      const accepts = scene(mode, { canary: BY_HEADER });
      const accepted = accepts.send(cookie(canary));
      assert.equal(told(accepted), "canary by session: stick classic cookie");
      assert.equal(told(accepts.send(cookie(issued(accepted)))), "canary by session: stick bound silent");
    });

    it("is renewed with the cookie at half of its lifetime", () => {
      const it = scene(mode, { canary: BY_HEADER, affinity: { maxAge: 100 } });
      const value = issued(it.send(ALWAYS));
      assert.match(value, /^[\w-]{32}\.\d{10}$/);
      assert.equal(told(it.send(cookie(value))), "canary by session: stick bound silent");
      it.world.time = NOW + 60;
      assert.equal(told(it.send(cookie(value))), "canary by session: stick refreshed cookie");
    });

    it("is drawn for every request of a legacy canary, which has no sessions", () => {
      const it = scene(mode, { canary: { weight: 100, sticky: false } });
      assert.equal(told(it.send()), "canary by weight: none off silent");
      it.change({ weight: 0 });
      const value = issued(it.send());
      it.change({ weight: 100 });
      assert.equal(told(it.send(cookie(value))), "main by session: stick bound silent");
    });
  });

  describe(`sessions that follow the weight in ${mode} mode`, () => {
    const FOLLOW = { ...BY_HEADER, follow: true };

    it("obey header and cookie", () => {
      const it = scene(mode, { canary: { ...FOLLOW, weight: 0 } });
      const value = issued(it.send());
      assert.match(value, /^[\w-]{32}$/);
      assert.equal(told(it.send(cookie(value))), "main by weight: stick bound silent");
      assert.match(told(it.send({ ...ALWAYS, ...cookie(value) })), /^canary by header/);
    });

    it("keep their number when they move", () => {
      const it = scene(mode, { canary: { ...FOLLOW, weight: 30 }, number: 0.5 });
      const first = it.send();
      assert.equal(first.side, "main");
      it.change({ weight: 60 });
      const moved = it.send(cookie(issued(first)));
      assert.equal(moved.side, "canary");
      assert.equal(moved.second, first.second);
    });

    it("stay where they are when they begin to follow", () => {
      for (const classicCookies of ["accept", "write"] as const) {
        const before = scene(mode, { canary: { weight: 37 }, classicCookies });
        const it = scene(mode, { canary: { ...FOLLOW, weight: 37 } });
        for (let i = 0; i < 300; i++) {
          const first = before.send();
          const next = it.send(cookie(issued(first)));
          assert.equal(next.side, first.side);
          assert.equal(it.send(cookie(issued(next))).side, first.side);
        }
      }
    });

    it("stay when they cease to follow", () => {
      const it = scene(mode, { canary: { ...FOLLOW, weight: 37 } });
      const sessions = Array.from({ length: 200 }, () => it.send());
      it.change({ follow: false });
      for (const first of sessions) {
        const next = it.send(cookie(issued(first)));
        assert.equal(next.side, first.side);
        it.change({ weight: 0 });
        assert.equal(it.send(cookie(issued(next))).side, first.side);
        it.change({ weight: 37 });
      }
    });

    it("have no room for it in ingress-nginx's cookies: they stay", () => {
      const it = scene(mode, { canary: { ...FOLLOW, weight: 100 }, classicCookies: "write" });
      const value = issued(it.send());
      it.change({ weight: 0 });
      assert.equal(told(it.send(cookie(value))), "canary by session: stick bound silent");
    });
  });
}

describe("the side of a client of a Route without affinity", () => {
  it("is drawn for every request", () => {
    const it = new CanaryScene({ affinity: false, canary: { weight: 25 } });
    const sides = Array.from({ length: 100 }, () => it.send({ cookie: "C=x" }));
    assertNear(sides.filter(({ side }) => side === "canary").length, 25);
    for (const { decision } of sides) assert.deepEqual([decision.kind, decision.reason], ["none", "off"]);
  });
});
