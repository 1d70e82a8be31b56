import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { rewriteSetCookie } from "./rewrite-set-cookie.ts";

const POLICY = {
  cookieDomain: { from: "old.test", to: "new.test" },
  cookiePath: { from: "/old/", to: "/new/" },
};

describe("rewriteSetCookie", () => {
  const lines: readonly (readonly [string, string])[] = [
    ["a=b; Path=/old/x; Domain=old.test", "a=b; Path=/new/x; Domain=new.test"],
    ["a=b;path=/old/;DOMAIN=.OLD.test;Secure", "a=b;path=/new/;DOMAIN=.new.test;Secure"],
    ["a=b; Path= /old/x; HttpOnly; Max-Age=5", "a=b; Path= /new/x; HttpOnly; Max-Age=5"],
    ["a=b; Path=/old; Domain=sub.old.test", "a=b; Path=/old; Domain=sub.old.test"],
    ["Path=/old/; Domain=x", "Path=/old/; Domain=x"],
    ["a=Domain=old.test", "a=Domain=old.test"],
    ["a=b; Path", "a=b; Path"],
    ["a=b;", "a=b;"],
    ["", ""],
    [";", ";"],
  ];
  for (const [line, rewritten] of lines) {
    it(`makes ${JSON.stringify(line)} ${line === rewritten ? "stay" : "another"}`, () => {
      assert.equal(rewriteSetCookie(line, POLICY), rewritten);
    });
  }

  it("leaves everything as it is where nothing is asked for", () => {
    for (const [line] of lines) assert.equal(rewriteSetCookie(line, {}), line);
  });
});
