import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { decode, encode, type Plain } from "./codec.ts";

/** Byte strings: one character a byte. */
const bytes = fc.array(fc.integer({ min: 0, max: 255 })).map((codes) => String.fromCharCode(...codes));

const numbers = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
);

const { plain } = fc.letrec<{ plain: Plain }>((tie) => ({
  plain: fc.oneof(
    { depthSize: "small" },
    bytes,
    numbers,
    fc.boolean(),
    fc.array(tie("plain"), { maxLength: 5 }),
    fc
      .dictionary(fc.oneof(bytes, fc.constantFrom("__proto__", "constructor")), tie("plain"), { maxKeys: 5 })
      .map((record) => Object.assign(Object.create(null), record) as Record<string, Plain>),
  ),
}));

function assertFails(text: string): void {
  const decoded = decode(text);
  assert.equal(decoded.ok, false, `decodes: ${JSON.stringify(text)}`);
  assert.match(decoded.ok ? "" : decoded.error, /^[a-z ]+ at byte \d+$/);
}

describe("encode", () => {
  it("writes the type and length of a value before it", () => {
    assert.equal(encode("hello"), "s5:hello");
    assert.equal(encode(172800), "n172800;");
    assert.equal(encode([true, false]), "[2:tf");
    assert.equal(encode({ name: "C" }), "{1:4:names1:C");
  });

  it("leaves out fields that are undefined", () => {
    assert.equal(encode({ a: undefined, b: 1 }), encode({ b: 1 }));
  });
});

describe("decode", () => {
  it("gives back what was encoded", () => {
    fc.assert(
      fc.property(plain, (value) => {
        assert.deepEqual(decode(encode(value)), { ok: true, value });
      }),
    );
  });

  it("reads the longest number that there is", () => {
    const value = -1.2345678901234567e-6;
    assert.deepEqual(decode(encode(value)), { ok: true, value });
  });

  it("fails on a text that is cut off anywhere", () => {
    fc.assert(
      fc.property(plain, (value) => {
        const whole = encode(value);
        for (let length = 0; length < whole.length; length++) assertFails(whole.substring(0, length));
      }),
      { numRuns: 50 },
    );
  });

  it("fails on a text that goes on", () => {
    fc.assert(fc.property(plain, fc.string({ minLength: 1 }), (value, more) => assertFails(encode(value) + more)));
  });

  it("answers any text at all", () => {
    const pieces = fc.constantFrom(
      "[",
      "{",
      "s",
      "n",
      "t",
      "f",
      ":",
      ";",
      "-",
      ".",
      "e",
      "0",
      "1",
      "2",
      "9",
      "99999999",
    );
    const text = fc.oneof(
      bytes,
      fc.array(pieces).map((list) => list.join("")),
    );
    fc.assert(
      fc.property(text, (garbage) => {
        const decoded = decode(garbage);
        if (decoded.ok) assert.deepEqual(decode(encode(decoded.value)), decoded);
        else assertFails(garbage);
      }),
      { numRuns: 2000 },
    );
  });

  it("answers an encoded text in which a byte was changed", () => {
    const change = fc.tuple(plain, fc.nat(), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(change, ([value, place, code]) => {
        const whole = encode(value);
        const at = place % whole.length;
        const changed = whole.substring(0, at) + String.fromCharCode(code) + whole.substring(at + 1);
        assert.equal(typeof decode(changed).ok, "boolean");
      }),
      { numRuns: 1000 },
    );
  });

  it("refuses lengths and numbers that are none", () => {
    for (const text of [
      "s:x",
      "s-1:x",
      "s1.5:xx",
      "sx:x",
      "s2:x",
      "n;",
      "nNaN;",
      "nInfinity;",
      "n1",
      "nx;",
      "n1e999;",
    ]) {
      assertFails(text);
    }
  });

  it("does not follow a count that the text cannot hold", () => {
    assertFails("[999999999:");
    assertFails("{999999999:");
    assertFails("[3:tt");
  });

  it("refuses nesting that would exhaust the stack", () => {
    for (const opening of ["[1:", "{1:1:x"]) assertFails(opening.repeat(200_000));
    assertFails(`${"[1:".repeat(200_000)}t`);
  });

  it("is not disturbed by what it read before", () => {
    assertFails("[1:".repeat(1000));
    assert.deepEqual(decode("[1:[1:t"), { ok: true, value: [[true]] });
  });

  it("gives records in which no name is found but their own", () => {
    const decoded = decode(encode({ a: 1 }));
    assert.ok(decoded.ok);
    const record = decoded.value as Record<string, Plain>;
    for (const name of ["constructor", "__proto__", "toString"]) assert.equal(record[name], undefined);
  });
});
