import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { crc32 } from "../../src/affinity/crc32.ts";
import { locate } from "../../src/affinity/ring.ts";
import { classicKey, classicName, classicPin } from "../../src/control-plane/translate/classic.ts";
import { buildRing, readRing } from "../../src/control-plane/translate/ring.ts";

interface Vector {
  readonly backend: string;
  readonly namespace: string;
  readonly service: string;
  readonly port: string | number;
  readonly endpoints: readonly string[];
  readonly backendKey: string;
  readonly balanced: Readonly<Record<string, string>>;
  readonly persistent: Readonly<Record<string, string>>;
}

const file = new URL("vectors/ingress-nginx-cookies.json", import.meta.url);
const vectors = JSON.parse(readFileSync(file, "utf8")) as readonly Vector[];

describe("cookies captured from ingress-nginx", () => {
  it("are there", () => {
    assert.ok(vectors.length > 10);
  });

  for (const vector of vectors) {
    const { backend, endpoints } = vector;

    it(`${backend} with ${endpoints.join(", ").slice(0, 60)}: the Backend has its name and key`, () => {
      assert.equal(classicName(vector.namespace, vector.service, `${vector.port}`), backend);
      assert.equal(classicKey(backend), vector.backendKey);
    });

    it(`${backend} with ${endpoints.join(", ").slice(0, 60)}: balanced keys lead to their endpoints`, () => {
      const ring = readRing(buildRing(endpoints));
      assert.ok(Object.keys(vector.balanced).length > 0);
      for (const [key, endpoint] of Object.entries(vector.balanced)) {
        assert.equal(endpoints[locate(ring, crc32(key))], endpoint, key);
      }
    });

    it(`${backend} with ${endpoints.join(", ").slice(0, 60)}: persistent keys name their endpoints`, () => {
      const named = new Map(endpoints.map((id) => [classicPin(backend, id), id]));
      assert.ok(Object.keys(vector.persistent).length > 0);
      for (const [key, endpoint] of Object.entries(vector.persistent)) assert.equal(named.get(key), endpoint, key);
    });
  }
});
