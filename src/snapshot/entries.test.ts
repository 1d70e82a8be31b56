import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { backendOf, ready, SLOTS } from "../../test/support/affinity.ts";
import { type Decoded, encode } from "./codec.ts";
import {
  backendEntry,
  decodeBackend,
  decodeHost,
  decodeSettings,
  decodeSlots,
  hostEntry,
  ringEntry,
} from "./entries.ts";
import type { Host, Settings } from "./model.ts";

/** Records come back without a prototype: only what they hold counts. */
function assertSame(decoded: Decoded<unknown>, value: unknown): void {
  assert.ok(decoded.ok, decoded.ok ? "" : decoded.error);
  assert.equal(JSON.stringify(decoded.value), JSON.stringify(value));
}

const host: Host = {
  host: "example.com",
  routes: [{ host: "example.com", path: "/", match: "prefix", ingress: "a/b", service: "a/c:80", backend: "a/c:80" }],
};
const settings: Settings = { classicCookies: "accept" };
const backend = backendOf(ready(2));

const kinds: readonly [name: string, decode: (text: string) => Decoded<unknown>, whole: object][] = [
  ["host", decodeHost, host],
  ["backend", decodeBackend, backend],
  ["settings", decodeSettings, settings],
  ["slots", decodeSlots, SLOTS],
];

describe("entries", () => {
  it("have names by kind", () => {
    assert.equal(hostEntry("example.com"), "host/example.com");
    assert.equal(backendEntry("shop/web:80"), "backend/shop/web:80");
    assert.equal(ringEntry("shop/web:80"), "ring/shop/web:80");
  });

  for (const [name, decode, whole] of kinds) {
    it(`of the kind ${name} come back whole`, () => assertSame(decode(encode(whole)), whole));

    it(`of the kind ${name} are refused when something is missing or of another shape`, () => {
      const needed = Object.keys(whole).filter((field) => field !== "classicKey");
      for (const field of needed) assert.equal(decode(encode({ ...whole, [field]: undefined })).ok, false, field);
      for (const field of needed) assert.equal(decode(encode({ ...whole, [field]: 5 })).ok, false, field);
      for (const text of ["", "t", "n5;", "s1:x", "{0:", "[0:"]) {
        const decoded = decode(text);
        assert.ok(!decoded.ok && decoded.error.startsWith(`${name}: `), text);
      }
    });
  }

  it("of slots hold as many values as there are slots", () => {
    const { values } = SLOTS;
    assertSame(decodeSlots(encode({ values, formerValues: "" })), { values, formerValues: "" });
    assert.equal(decodeSlots(encode({ values: values.substring(1), formerValues: "" })).ok, false);
    assert.equal(decodeSlots(encode({ values, formerValues: values.substring(1) })).ok, false);
  });
});
