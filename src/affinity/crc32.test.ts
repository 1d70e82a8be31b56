import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { crc32 as zlibCrc32 } from "node:zlib";
import fc from "fast-check";
import { crc32 } from "./crc32.ts";

describe("crc32", () => {
  // ingress-nginx 1.15.1.
  const table: readonly [text: string, hash: number][] = [
    ["1700000001.123.38.264157", 0x172b20a8],
    ["1700000001.124.39.1", 0xf7387264],
    ["1700000002.999.31.999999", 0x8fc4f261],
    ["abc", 0x352441c2],
    ["10.0.0.2:8080", 0xaf469540],
    ["", 0],
  ];

  it("is what ingress-nginx computes", () => {
    for (const [text, hash] of table) assert.equal(crc32(text), hash, text);
  });

  it("is zlib's, unsigned, for all bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        assert.equal(crc32(Buffer.from(bytes).toString("latin1")), zlibCrc32(bytes));
      }),
      { numRuns: 1000 },
    );
  });
});
