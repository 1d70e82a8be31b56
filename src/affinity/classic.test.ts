import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { isClassicPin, isClassicRingKey, parseClassic } from "./classic.ts";

describe("parseClassic", () => {
  const table: readonly [value: string, key: string, backendKey: string][] = [
    ["k|b", "k", "b"],
    ["k", "k", ""],
    ["k|", "k", ""],
    ["|b", "b", ""],
    ["k||b", "k", "b"],
    ["||k|||b||", "k", "b"],
    ["k|b|c", "k", "b"],
    ["|", "", ""],
    ["||", "", ""],
    ["", "", ""],
  ];

  it("splits at bars and drops empty pieces", () => {
    for (const [value, key, backendKey] of table) assert.deepEqual(parseClassic(value), { key, backendKey }, value);
  });

  it("gives the first two pieces of any value that are not empty", () => {
    const text = fc.string({ unit: fc.constantFrom("|", "a", "b", "1"), maxLength: 12 });
    fc.assert(
      fc.property(text, (value) => {
        const [key = "", backendKey = ""] = value.split("|").filter((piece) => piece !== "");
        assert.deepEqual(parseClassic(value), { key, backendKey });
      }),
      { numRuns: 1000 },
    );
  });
});

describe("isClassicPin", () => {
  it("knows an MD5 in lower-case hex", () => {
    assert.ok(isClassicPin("3721c6907c0f163ab4db663b074ee451"));
    assert.ok(!isClassicPin("3721C6907C0F163AB4DB663B074EE451"));
    assert.ok(!isClassicPin("3721c6907c0f163ab4db663b074ee45"));
    assert.ok(!isClassicPin("3721c6907c0f163ab4db663b074ee4511"));
    assert.ok(!isClassicPin("3721c6907c0f163ab4db663b074ee45g"));
    assert.ok(!isClassicPin(""));
  });
});

describe("isClassicRingKey", () => {
  const keys = ["1700000001.123.38.264157", "1700000001.7.42", "1700000001.5.7.42", "1.2.3"];

  it("knows keys of time, process and chance", () => {
    for (const key of keys) assert.ok(isClassicRingKey(key), key);
  });

  const others = [
    "",
    ".",
    "...",
    "1.2",
    "1.2.3.4.5",
    "1..2.3",
    ".1.2.3",
    "1.2.3.",
    "a.b.c",
    "1.2.3a",
    "-1.2.3",
    "1.2.3|",
  ];

  it("knows nothing else", () => {
    for (const key of others) assert.ok(!isClassicRingKey(key), key);
  });

  it("passes keys over that are longer than any", () => {
    assert.ok(isClassicRingKey(`1.2.${"3".repeat(60)}`));
    assert.ok(!isClassicRingKey(`1.2.${"3".repeat(61)}`));
  });
});
