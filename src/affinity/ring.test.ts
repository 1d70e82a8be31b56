import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { ringOf } from "../../test/support/affinity.ts";
import { readRing, ringBytes } from "../control-plane/translate/ring.ts";
import type { Ring } from "../snapshot/ring.ts";
import { crc32 } from "./crc32.ts";
import { locate } from "./ring.ts";

const MOST = 4294967295;

interface Point {
  readonly hash: number;
  readonly owner: number;
}

/** A ring as `snapshot/ring.ts` lays it out, over points in ascending order. */
function ringFrom(points: readonly Point[], bits: number): Ring {
  const buckets = 2 ** bits;
  const bucketWidth = 2 ** 32 / buckets;
  const index = Array.from(
    { length: buckets },
    (_, bucket) => points.filter((it) => it.hash < bucket * bucketWidth).length,
  );
  const hashes = [...points.map((it) => it.hash), MOST];
  const owners = [...points.map((it) => it.owner), points[0]?.owner ?? 0];
  return {
    bucketWidth,
    index: Uint32Array.from(index),
    hashes: Uint32Array.from(hashes),
    owners: Uint16Array.from(owners),
  };
}

/** The rule itself, by looking at every point. */
function search(points: readonly Point[], hash: number): number {
  return (points.find((point) => point.hash >= hash) ?? (points[0] as Point)).owner;
}

function pointsOf(ring: Ring): Point[] {
  const { hashes, owners } = ring as unknown as { hashes: Uint32Array; owners: Uint16Array };
  return Array.from(hashes.subarray(0, -1), (hash, i) => ({ hash, owner: owners[i] as number }));
}

/** Places where a search may go wrong: at, before and behind each point, and at both ends. */
function placesAround(points: readonly Point[]): number[] {
  const around = points.flatMap(({ hash }) => [hash - 1, hash, hash + 1]);
  return [0, 1, MOST - 1, MOST, ...around.filter((place) => place >= 0 && place <= MOST)];
}

const hash = fc.oneof(
  fc.integer({ min: 0, max: MOST }),
  fc.constantFrom(0, 1, MOST - 1, MOST),
  fc.integer({ min: 0, max: 50 }),
);
const points = fc
  .array(fc.record({ hash, owner: fc.nat(20) }), { minLength: 1, maxLength: 60 })
  .map((list) => list.sort((a, b) => a.hash - b.hash));

describe("locate", () => {
  it("finds what looking at every point finds", () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 0, max: 8 }), fc.array(hash), (list, bits, hashes) => {
        const ring = ringFrom(list, bits);
        for (const place of [...hashes, ...placesAround(list)]) assert.equal(locate(ring, place), search(list, place));
      }),
    );
  });

  it("does so on the rings of Endpoints, the same for any order of them", () => {
    const addresses = fc.uniqueArray(fc.nat(65535), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(addresses, fc.array(fc.string()), (numbers, keys) => {
        const ids = numbers.map((number) => `10.0.${number >> 8}.${number & 255}:80`);
        const ring = readRing(ringBytes(ids));
        const reversed = readRing(ringBytes(ids.toReversed()));
        const list = pointsOf(ring);
        for (const key of keys) {
          const at = crc32(key);
          assert.equal(locate(ring, at), search(list, at));
          assert.equal(ids.toReversed()[locate(reversed, at)], ids[locate(ring, at)]);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("gives the last hash of all to the point that lies there, or to the first one", () => {
    const owner = 3;
    assert.equal(
      locate(
        ringFrom(
          [
            { hash: 5, owner: 1 },
            { hash: MOST, owner },
          ],
          1,
        ),
        MOST,
      ),
      owner,
    );
    assert.equal(
      locate(
        ringFrom(
          [
            { hash: 5, owner },
            { hash: 6, owner: 1 },
          ],
          1,
        ),
        MOST,
      ),
      owner,
    );
  });

  it("moves only the keys of an Endpoint that leaves", () => {
    const ids = ["10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80", "10.0.0.4:80"];
    const before = readRing(ringBytes(ids));
    const after = readRing(ringBytes(ids.slice(0, 3)));
    let moved = 0;
    for (let i = 0; i < 2000; i++) {
      const at = crc32(`${i}`);
      const owner = locate(before, at);
      if (owner === 3) moved++;
      else assert.equal(locate(after, at), owner);
    }
    assert.ok(moved > 0);
  });
});

describe("the ring of ingress-nginx", () => {
  const v4 = ["10.0.0.1", "10.0.0.2", "10.0.0.3"];
  const a = v4.map((address) => ({ address, port: 8080, state: "ready" as const }));
  const four = [...a, { address: "10.0.0.4", port: 8080, state: "ready" as const }];
  const b = ["10.244.1.17", "10.244.2.5", "10.244.2.6", "10.244.3.200", "10.244.0.9"].map((address) => ({
    address,
    port: 80,
    state: "ready" as const,
  }));
  const fewer = b.filter((it) => it.address !== "10.244.2.6");
  const more = [...b, { address: "10.244.4.4", port: 80, state: "ready" as const }];
  const v6 = ["fd00:10:244::5", "fd00:10:244:1::7"].map((address) => ({
    address,
    port: 8080,
    state: "ready" as const,
  }));

  function addressOf(endpoints: typeof four, key: string): string | undefined {
    return endpoints[locate(readRing(ringOf(endpoints)), crc32(key))]?.address;
  }

  const table: readonly [name: string, endpoints: typeof four, owners: Readonly<Record<string, string>>][] = [
    [
      "three Endpoints",
      a,
      {
        "1700000001.123.38.264157": "10.0.0.2",
        "1700000001.124.39.1": "10.0.0.1",
        "1700000002.999.31.999999": "10.0.0.1",
        "1700000001.5.7.42": "10.0.0.1",
        "1700000001.7.42": "10.0.0.2",
        "1594283956.889.38.264157": "10.0.0.3",
        "1700000001.38.1": "10.0.0.2",
        abc: "10.0.0.3",
        "0": "10.0.0.3",
        "10.0.0.2:8080": "10.0.0.3",
        route: "10.0.0.1",
      },
    ],
    [
      "a fourth one",
      four,
      { "1700000001.38.1": "10.0.0.4", "10.0.0.2:8080": "10.0.0.4", abc: "10.0.0.3", route: "10.0.0.1" },
    ],
    ["two of the three", a.slice(0, 2), { abc: "10.0.0.1", "0": "10.0.0.1", "1594283956.889.38.264157": "10.0.0.2" }],
    [
      "five Endpoints",
      b,
      {
        "1700000001.123.38.264157": "10.244.2.5",
        "1700000001.124.39.1": "10.244.0.9",
        "1700000002.999.31.999999": "10.244.0.9",
        "1700000001.5.7.42": "10.244.2.6",
        "1700000001.7.42": "10.244.2.5",
        abc: "10.244.2.5",
      },
    ],
    [
      "four of the five",
      fewer,
      { "1700000001.5.7.42": "10.244.3.200", "1700000001.124.39.1": "10.244.0.9", abc: "10.244.2.5" },
    ],
    [
      "a sixth one",
      more,
      { "1700000001.5.7.42": "10.244.2.6", "1700000002.999.31.999999": "10.244.0.9", abc: "10.244.2.5" },
    ],
    [
      "addresses of IPv6",
      v6,
      {
        "1700000001.123.38.264157": "fd00:10:244:1::7",
        "1700000001.124.39.1": "fd00:10:244::5",
        abc: "fd00:10:244:1::7",
        a: "fd00:10:244:1::7",
      },
    ],
  ];
  for (const [name, endpoints, owners] of table) {
    it(`gives each key its owner with ${name}`, () => {
      for (const [key, owner] of Object.entries(owners)) assert.equal(addressOf(endpoints, key), owner, key);
    });
  }
});
