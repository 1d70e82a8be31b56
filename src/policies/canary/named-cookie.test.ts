import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { namedCookie } from "./named-cookie.ts";

describe("namedCookie", () => {
  it("finds a cookie as NGINX does: the first of the name, in any case", () => {
    for (const header of ["c=always", "a=b; C=always", "a=b;c=always; c=never", "a,c=always", "c = always ;x=y"]) {
      assert.equal(namedCookie(header, "C"), "always", header);
    }
  });

  it("finds nothing in what only looks like one", () => {
    for (const header of ["", "c", "xc=always", "c;=always", "a=c=always", "cc=always", "=always", ";;;", "c always"]) {
      assert.equal(namedCookie(header, "c"), undefined, header);
    }
  });

  it("gives an empty value as such", () => {
    assert.equal(namedCookie("c=", "c"), "");
    assert.equal(namedCookie("c=; a=b", "c"), "");
  });
});
