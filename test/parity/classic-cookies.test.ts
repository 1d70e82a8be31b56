import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { crc32 } from "../../src/affinity/crc32.ts";
import { locate } from "../../src/affinity/ring.ts";
import { classicKey, classicName, classicPin } from "../../src/control-plane/translate/classic.ts";
import { readRing, ringBytes } from "../../src/control-plane/translate/ring.ts";

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
  it("are there, with keys of both modes", () => {
    assert.ok(vectors.length > 0);
    for (const { balanced, persistent } of vectors) {
      assert.ok(Object.keys(balanced).length > 0);
      assert.ok(Object.keys(persistent).length > 0);
    }
  });

  it("end in the key of their Backend", () => {
    for (const { namespace, service, port, backend, backendKey } of vectors) {
      assert.equal(classicName(namespace, service, `${port}`), backend);
      assert.equal(classicKey(backend), backendKey);
    }
  });

  it("lead to their endpoints in balanced mode", () => {
    for (const { endpoints, balanced } of vectors) {
      const ring = readRing(ringBytes(endpoints));
      for (const [key, endpoint] of Object.entries(balanced)) {
        assert.equal(endpoints[locate(ring, crc32(key))], endpoint, key);
      }
    }
  });

  it("name their endpoints in persistent mode", () => {
    for (const { backend, endpoints, persistent } of vectors) {
      const named = new Map(endpoints.map((id) => [classicPin(backend, id), id]));
      for (const [key, endpoint] of Object.entries(persistent)) assert.equal(named.get(key), endpoint, key);
    }
  });
});
