import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CLASSIC_KEY, endpointsOf, ready, sceneOf } from "../../../test/support/affinity.ts";
import { crc32 } from "../crc32.ts";
import { locate } from "../ring.ts";
import { classicRing } from "./classic-ring.ts";

describe("classicRing", () => {
  it("gives keys that lie where the Endpoint does", () => {
    const { backend, world } = sceneOf({ classicCookies: "write" });
    for (let i = 0; i < 50; i++) {
      const binding = classicRing.pick(backend, backend, [], world);
      const [key = "", backendKey] = binding?.value.split("|") ?? [];
      assert.equal(backendKey, CLASSIC_KEY);
      assert.equal(locate(world.ring(backend) as NonNullable<typeof backend.ring>, crc32(key)), binding?.position);
    }
  });

  it("draws again when an Endpoint drains or has failed", () => {
    const { backend, world } = sceneOf({
      classicCookies: "write",
      endpoints: endpointsOf(["draining", "ready", "ready"]),
    });
    for (let i = 0; i < 50; i++) assert.equal(classicRing.pick(backend, backend, [1], world)?.position, 2);
  });

  it("names an Endpoint all the same when chance leads to none, and binds to nothing", () => {
    const { backend, world } = sceneOf({ classicCookies: "write" });
    const stuck = { ...world, random: () => 5 };
    const owner = classicRing.pick(backend, backend, [], stuck)?.position as number;
    const binding = classicRing.pick(backend, backend, [owner], stuck);
    assert.notEqual(binding?.position, owner);
    assert.equal(binding?.value, "");
    assert.equal(classicRing.bind(backend, binding?.position as number, stuck), "");
  });

  it("finds nobody when all have failed", () => {
    const { backend, world } = sceneOf({ classicCookies: "write", endpoints: ready(2) });
    assert.equal(classicRing.pick(backend, backend, [0, 1], world), undefined);
  });

  it("writes whole seconds and short fractions as Lua does", () => {
    const { backend, world } = sceneOf({ classicCookies: "write" });
    const at = (now: number) =>
      classicRing.pick(backend, backend, [], { ...world, now: () => now, random: () => 41 })?.value;
    assert.equal(at(1_700_000_001), `1700000001.38.42|${CLASSIC_KEY}`);
    assert.equal(at(1_700_000_001.5), `1700000001.5.38.42|${CLASSIC_KEY}`);
    assert.equal(at(1_700_000_001.123), `1700000001.123.38.42|${CLASSIC_KEY}`);
  });
});
