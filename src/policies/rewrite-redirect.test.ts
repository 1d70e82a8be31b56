import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { replaceDomain, replacePrefix } from "./replacement.ts";
import { rewriteRefresh } from "./rewrite-redirect.ts";

const REPLACEMENT = { from: "http://inside.test/", to: "https://outside.test/" };

describe("rewriteRefresh", () => {
  it("writes the URL anew, and nothing else", () => {
    assert.equal(rewriteRefresh("5; url=http://inside.test/a", REPLACEMENT), "5; url=https://outside.test/a");
    assert.equal(rewriteRefresh("5;URL=http://inside.test/a", REPLACEMENT), "5;URL=https://outside.test/a");
    assert.equal(rewriteRefresh("5; url=http://other.test/", REPLACEMENT), undefined);
    assert.equal(rewriteRefresh("5", REPLACEMENT), undefined);
  });
});

describe("replacements", () => {
  it("are of a beginning", () => {
    assert.equal(replacePrefix("http://inside.test/a", REPLACEMENT), "https://outside.test/a");
    assert.equal(replacePrefix("xhttp://inside.test/a", REPLACEMENT), undefined);
    assert.equal(replacePrefix("http://inside.test/a", undefined), undefined);
  });

  it("or of a whole domain", () => {
    assert.equal(replaceDomain("Old.test", { from: "old.test", to: "new.test" }), "new.test");
    assert.equal(replaceDomain("not.old.test", { from: "old.test", to: "new.test" }), undefined);
  });
});
