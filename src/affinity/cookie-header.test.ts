import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { cleanValue, findCookie, rawValue } from "./cookie-header.ts";

/** Every value of the cookie `name`, in order. */
function valuesOf(header: string, name = "C"): string[] {
  const needle = `${name}=`;
  const values: string[] = [];
  for (let at = findCookie(header, needle, 0); at >= 0; at = findCookie(header, needle, at)) {
    values.push(cleanValue(rawValue(header, at)));
  }
  return values;
}

const TOKEN = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const token = fc.string({ unit: fc.constantFrom(...TOKEN), minLength: 1, maxLength: 8 });
/** RFC 6265 §4.1.1, cookie-octet: no blank, quote, comma, semicolon or backslash. */
const octets = fc.string({ unit: fc.constantFrom(...`${TOKEN}()/:<=>?@[]{}`), maxLength: 12 });
const value = fc.oneof(
  octets,
  octets.map((text) => `"${text}"`),
  octets.map((text) => `${text}C=${text}`),
  fc.constantFrom("C=", "C=x", "=C=x"),
);
const otherName = fc.oneof(
  token.filter((name) => name !== "C"),
  token.map((name) => `${name}C`),
);
const otherCookie = fc.oneof(
  fc.tuple(otherName, value).map(([name, text]) => `${name}=${text}`),
  otherName,
  fc.constant(""),
);
const separator = fc.constantFrom("; ", ";", ";;", "; ;", " ; ", ";\t");

describe("findCookie", () => {
  // What ingress-nginx sees in the same header is written beside each line where it sees something else.
  const table: readonly [header: string, values: string[]][] = [
    ["a=1; C=k|b", ["k|b"]],
    ["a=1;C=k|b", ["k|b"]],
    ["C=k|b;", ["k|b"]],
    ["C=x; C=y", ["x", "y"]], // The last one alone.
    ["foo; C=x", ["x"]], // Nothing.
    ["a; b=2; C=x", ["x"]],
    ["a=1;;C=x", ["x"]], // Nothing.
    ["a=1; ; C=x", ["x"]], // Nothing.
    ["a=1,C=x", []],
    ["C=a b", ["a"]],
    ["C= x", [""]],
    ["C=", [""]],
    ['C="x"', ["x"]], // The quotes as well.
    ["C =x", []],
    ["C=k%7Cb", ["k%7Cb"]],
    ["C=\tx", [""]],
    ["C=x\t; a=1", ["x"]],
    ["\tC=x", ["x"]],
    ["c=x", []],
    ["", []],
    ["C", []],
    [";", []],
    ["=C", []],
    ["=C=x", []],
  ];

  it("reads what RFC 6265 and its laxer senders may send", () => {
    for (const [header, values] of table) assert.deepEqual(valuesOf(header), values, header);
  });

  it("finds our cookie, whatever other cookies surround it", () => {
    const others = fc.array(fc.tuple(otherCookie, separator), { maxLength: 6 });
    fc.assert(
      fc.property(others, others, octets, (before, behind, ours) => {
        const head = before.map(([cookie, between]) => cookie + between).join("");
        const tail = behind.map(([cookie, between]) => between + cookie).join("");
        assert.deepEqual(valuesOf(`${head}C=${ours}${tail}`), [ours]);
      }),
      { numRuns: 2000 },
    );
  });

  it("takes no other cookie for ours", () => {
    const others = fc.array(fc.tuple(otherCookie, separator), { maxLength: 8 });
    fc.assert(
      fc.property(others, (cookies) => {
        assert.deepEqual(valuesOf(cookies.map(([cookie, between]) => cookie + between).join("")), []);
      }),
      { numRuns: 2000 },
    );
  });

  it("gives all cookies of a name in their order", () => {
    const ours = fc.array(octets, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(ours, separator, otherCookie, (values, between, other) => {
        const header = values.map((text) => `C=${text}${between}${other}`).join(between);
        assert.deepEqual(valuesOf(header), values);
      }),
    );
  });

  it("answers any header at all, at places inside it", () => {
    const bytes = fc.array(fc.constantFrom("C", "=", ";", " ", "\t", '"', "x", "\0", "\xff", ",", "|"));
    fc.assert(
      fc.property(bytes, (pieces) => {
        const header = pieces.join("");
        let from = 0;
        for (let at = findCookie(header, "C=", 0); at >= 0; at = findCookie(header, "C=", at)) {
          assert.ok(at > from && at <= header.length);
          assert.equal(header.substring(at - 2, at), "C=");
          assert.ok(at === 2 || [";", " ", "\t"].includes(header.charAt(at - 3)));
          from = at;
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("gets through the longest header that NGINX takes, however often the name stands in it", () => {
    const header = "xC=".repeat((32 * 1024) / 3);
    assert.deepEqual(valuesOf(header), []);
    assert.deepEqual(valuesOf(`${header}; C=y`), ["y"]);
  });
});

describe("rawValue", () => {
  it("ends where the pair ends, blanks and all", () => {
    assert.equal(rawValue("C=a b ; d=1", 2), "a b ");
    assert.equal(rawValue("C=a", 2), "a");
    assert.equal(rawValue("C=", 2), "");
  });
});

describe("cleanValue", () => {
  it("takes off one pair of quotes, and none that is alone", () => {
    assert.equal(cleanValue('"x"'), "x");
    assert.equal(cleanValue('""x""'), '"x"');
    assert.equal(cleanValue('"'), '"');
    assert.equal(cleanValue('"x'), '"x');
    assert.equal(cleanValue('x"'), 'x"');
    assert.equal(cleanValue('""'), "");
    assert.equal(cleanValue('"a b"'), '"a');
  });
});
