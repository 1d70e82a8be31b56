import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseSealed } from "./sealed-value.ts";

const SEALED = "abcdefghijklmnop";
const SECOND = "ABCDEFGHIJKLMN-_";

describe("a sealed value", () => {
  it("comes apart into what it is made of", () => {
    for (const second of ["", SECOND]) {
      for (const stamp of ["", ".1700000000"]) {
        assert.deepEqual(parseSealed(SEALED + second + stamp), { sealed: SEALED, second, stamp });
      }
    }
  });

  it("has one of four lengths, and nothing but base64url", () => {
    const wrong = ["", `${SEALED}.`, `${SEALED}_1700000000`, `${SEALED}.17000000001`, `${SEALED}AB`, `${SEALED}=`];
    for (const value of [...wrong, "abcdefghijklmno|", `${SEALED}${SECOND}${SECOND}`, ".1700000000"]) {
      assert.equal(parseSealed(value), undefined, value);
    }
  });
});
