import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { POINTS } from "../../affinity/build-ring.ts";
import { locate } from "../../affinity/ring.ts";
import type { Ring } from "../../snapshot/ring.ts";
import { readRing, ringBytes } from "./ring.ts";

const RING_A = ["10.0.0.1:8080", "10.0.0.2:8080", "10.0.0.3:8080"];
const RING_B = ["10.244.1.17:80", "10.244.2.5:80", "10.244.2.6:80", "10.244.3.200:80", "10.244.0.9:80"];

function ringOf(ids: readonly string[]): Ring {
  return readRing(ringBytes(ids));
}

function owner(ids: readonly string[], key: string): string | undefined {
  return ids[locate(ringOf(ids), crc32(key))];
}

/** The sorted ring as `hash id` lines. */
function printed(ids: readonly string[]): string {
  const { hashes, owners } = ringOf(ids);
  const lines: string[] = [];
  for (let i = 0; i < ids.length * POINTS; i++) {
    lines.push(`${(hashes[i] as number).toString(16).padStart(8, "0")} ${ids[owners[i] as number]}`);
  }
  return lines.join("\n");
}

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}

/** The ring in the plainest way: all points, sorted, searched from the start. */
function plainOwner(ids: readonly string[], hash: number): number {
  const points: { hash: number; position: number }[] = [];
  ids.forEach((id, position) => {
    let point = 0;
    for (let i = 0; i < POINTS; i++) {
      const word = Buffer.alloc(4);
      word.writeUInt32LE(point);
      point = crc32(Buffer.concat([Buffer.from(id), word]));
      points.push({ hash: point, position });
    }
  });
  points.sort((a, b) => a.hash - b.hash || a.position - b.position);
  return (points.find((point) => point.hash >= hash) ?? points[0])?.position ?? -1;
}

const nodeIds = fc.uniqueArray(
  fc.tuple(fc.ipV4(), fc.integer({ min: 1, max: 65535 })).map(([address, port]) => `${address}:${port}`),
  { minLength: 1, maxLength: 6 },
);

describe("the ring", () => {
  it("has the points of lua-resty-balancer, in its order", () => {
    assert.equal(md5(printed(RING_A)), "aa8f89e90f95ed5661a18743e87afce9");
    assert.equal(md5(printed(RING_B)), "1207fa3a4dde4acd7854bd70cce56941");
  });

  it("leads keys to the endpoints that ingress-nginx sends them to", () => {
    const expected: readonly (readonly [string, string, string, string, string])[] = [
      ["1700000001.123.38.264157", "10.0.0.2", "10.244.2.5", "10.244.2.5", "10.244.2.5"],
      ["1700000001.124.39.1", "10.0.0.1", "10.244.0.9", "10.244.0.9", "10.244.0.9"],
      ["1700000002.999.31.999999", "10.0.0.1", "10.244.0.9", "10.244.0.9", "10.244.0.9"],
      ["1700000001.5.7.42", "10.0.0.1", "10.244.2.6", "10.244.3.200", "10.244.2.6"],
      ["1700000001.7.42", "10.0.0.2", "10.244.2.5", "10.244.2.5", "10.244.2.5"],
      ["abc", "10.0.0.3", "10.244.2.5", "10.244.2.5", "10.244.2.5"],
    ];
    const without = RING_B.filter((id) => id !== "10.244.2.6:80");
    for (const [key, a, b, fewer, more] of expected) {
      assert.equal(owner(RING_A, key), `${a}:8080`, key);
      assert.equal(owner(RING_B, key), `${b}:80`, key);
      assert.equal(owner(without, key), `${fewer}:80`, key);
      assert.equal(owner([...RING_B, "10.244.4.4:80"], key), `${more}:80`, key);
    }
  });

  it("moves just the keys that a new endpoint takes over", () => {
    const grown = [...RING_A, "10.0.0.4:8080"];
    assert.equal(owner(grown, "1700000001.38.1"), "10.0.0.4:8080");
    assert.equal(owner(grown, "10.0.0.2:8080"), "10.0.0.4:8080");
    assert.equal(owner(grown, "abc"), "10.0.0.3:8080");
    const shrunk = RING_A.slice(0, 2);
    assert.equal(owner(shrunk, "abc"), "10.0.0.1:8080");
    assert.equal(owner(shrunk, "0"), "10.0.0.1:8080");
    assert.equal(owner(shrunk, "1594283956.889.38.264157"), "10.0.0.2:8080");
  });

  it("takes IPv6 addresses in brackets", () => {
    const ids = ["[fd00:10:244::5]:8080", "[fd00:10:244:1::7]:8080"];
    assert.equal(owner(ids, "1700000001.123.38.264157"), ids[1]);
    assert.equal(owner(ids, "1700000001.124.39.1"), ids[0]);
    assert.equal(owner(ids, "abc"), ids[1]);
    assert.equal(owner(ids, "a"), ids[1]);
  });

  it("finds what a search from the start finds, for every hash", () => {
    fc.assert(
      fc.property(nodeIds, fc.nat(0xffffffff), (ids, hash) => {
        const ring = ringOf(ids);
        for (const probe of [hash, 0, 0xffffffff, ring.hashes[hash % (ids.length * POINTS)] as number]) {
          assert.equal(locate(ring, probe), plainOwner(ids, probe));
        }
      }),
      { numRuns: 60 },
    );
  });

  it("gives a point that two endpoints share to the first of them", () => {
    const ring = ringOf(["10.0.0.1:80", "10.0.0.1:80"]);
    assert.equal(ring.owners[0], 0);
    assert.equal(ring.owners[1], 1);
    assert.equal(ring.hashes[0], ring.hashes[1]);
  });

  it("is read from bytes at any place", () => {
    const bytes = ringBytes(RING_A);
    const moved = new Uint8Array(bytes.length + 1);
    moved.set(bytes, 1);
    assert.equal(locate(readRing(moved.subarray(1)), crc32("abc")), locate(readRing(bytes), crc32("abc")));
  });

  it("is refused when its bytes are not whole", () => {
    const bytes = ringBytes(RING_A);
    assert.throws(() => readRing(bytes.subarray(0, bytes.length - 1)), /not whole/);
    assert.throws(() => readRing(bytes.subarray(0, 4)), /too short/);
    const lying = Uint8Array.from(bytes);
    lying[4] = 31;
    assert.throws(() => readRing(lying), /not whole/);
  });

  it("takes thousands of endpoints", () => {
    const ids = Array.from({ length: 5000 }, (_, i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}:8080`);
    const ring = ringOf(ids);
    const owners = new Set(Array.from({ length: ids.length * POINTS }, (_, i) => ring.owners[i]));
    assert.equal(owners.size, ids.length);
  });
});
