import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, it } from "node:test";
import { SEALED_LENGTH, SLOT_COUNT } from "../../snapshot/model.ts";
import { createSeal } from "./seal.ts";

const current = Buffer.from("the current key, of thirty-two b");
const former = Buffer.from("the former key, of thirty-two by");

function hmac(key: Uint8Array, message: string): string {
  return createHmac("sha256", key).update(message).digest().subarray(0, 12).toString("base64url");
}

describe("the seal", () => {
  it("makes pins of the first bits of a keyed hash over Service and identity", () => {
    const { pin } = createSeal({ current });
    assert.deepEqual(pin("uid-1", "pod-1"), { current: hmac(current, "pin\0uid-1\0pod-1") });
    assert.equal(pin("uid-1", "pod-1").current.length, SEALED_LENGTH);
  });

  it("makes them under both keys while a rotation lasts", () => {
    const seal = createSeal({ current, former });
    const message = "pin\0uid-1\0pod-1";
    assert.deepEqual(seal.pin("uid-1", "pod-1"), { current: hmac(current, message), former: hmac(former, message) });
    assert.equal(seal.slots.formerValues, createSeal({ current: former }).slots.values);
  });

  it("makes as many slots as there are, all different, none of them a pin", () => {
    const { slots } = createSeal({ current });
    assert.equal(slots.values.length, SLOT_COUNT * SEALED_LENGTH);
    assert.equal(slots.formerValues, "");
    const values = new Set(slots.values.match(/.{16}/g));
    assert.equal(values.size, SLOT_COUNT);
    assert.equal(slots.values.substring(0, SEALED_LENGTH), hmac(current, "slot\0" + "0"));
    const last = (SLOT_COUNT - 1) * SEALED_LENGTH;
    assert.equal(slots.values.substring(last), hmac(current, `slot\0${SLOT_COUNT - 1}`));
  });

  it("never makes one pin of two Services and identities, whatever they hold", () => {
    const { pin } = createSeal({ current });
    const pairs = [
      ["a", "b\0c"],
      ["a\0b", "c"],
      ["a\\0b", "c"],
      ["a\\", "0b\0c"],
      ["", "a\0b\0c"],
    ] as const;
    const pins = new Set(pairs.map(([service, identity]) => pin(service, identity).current));
    assert.equal(pins.size, pairs.length);
  });

  it("gives each canary a mark of its own, under both keys", () => {
    const { mark } = createSeal({ current, former: new Uint8Array(32).fill(9) });
    assert.equal(mark("shop/next:80").current, hmac(current, "canary\0shop/next:80"));
    assert.notEqual(mark("shop/next:80").former, mark("shop/next:80").current);
    assert.notEqual(mark("shop/next:80").current, mark("shop/next:81").current);
  });
});
