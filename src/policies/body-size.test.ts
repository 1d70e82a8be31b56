import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DEFAULT_BODY, judgeBody } from "./body-size.ts";

describe("a request's body", () => {
  it("is none, or fits, or is too large, by what the request tells", () => {
    assert.equal(judgeBody("none", "GET", DEFAULT_BODY), "none");
    assert.equal(judgeBody("0", "POST", DEFAULT_BODY), "fits");
    assert.equal(judgeBody("1048576", "POST", DEFAULT_BODY), "fits");
    assert.equal(judgeBody("1048577", "POST", DEFAULT_BODY), "too-large");
    assert.equal(judgeBody("1048577", "GET", DEFAULT_BODY), "too-large");
    assert.equal(judgeBody("99999999999999", "PUT", { limit: 0 }), "fits");
  });

  it("is unknown when nothing is told, and unlikely where HTTP/2 need not tell and the method has no use for one", () => {
    assert.equal(judgeBody("", "GET", DEFAULT_BODY), "unknown");
    assert.equal(judgeBody("h2", "POST", DEFAULT_BODY), "unknown");
    assert.equal(judgeBody("h2", "DELETE", DEFAULT_BODY), "unknown");
    assert.equal(judgeBody("h2", "GET", DEFAULT_BODY), "unlikely");
    assert.equal(judgeBody("h2", "HEAD", DEFAULT_BODY), "unlikely");
  });
});
