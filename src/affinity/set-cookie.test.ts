import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { policyOf } from "../../test/support/affinity.ts";
import type { AffinityPolicy } from "../snapshot/model.ts";
import { cookieTime } from "./cookie-time.ts";
import { bakeSetCookie, type Exchange } from "./set-cookie.ts";

const OLD_CHROMIUM = "Mozilla/5.0 (X11) Chrome/51.0.0 Safari/537.36";
const PLAIN: Exchange = { tls: false, userAgent: undefined, now: 1_700_000_000 };
const TLS: Exchange = { ...PLAIN, tls: true };

function bake(settings: Partial<AffinityPolicy>, exchange = PLAIN): string {
  return bakeSetCookie(policyOf(settings), "v", exchange);
}

describe("bakeSetCookie", () => {
  it("says no more than Path and HttpOnly when nothing was asked for", () => {
    assert.equal(bake({ cookieName: "INGRESSCOOKIE" }), "INGRESSCOOKIE=v; Path=/; HttpOnly");
  });

  it("puts all attributes into ingress-nginx's order", () => {
    const all: Partial<AffinityPolicy> = {
      cookieName: "SID",
      expires: 172_800,
      maxAge: 172_800,
      cookieDomain: "foo.bar",
      cookiePath: "/x",
      secure: "always",
      sameSite: "None",
    };
    assert.equal(
      bake(all),
      "SID=v; Expires=Thu, 16-Nov-23 22:13:20 GMT; Max-Age=172800; Domain=foo.bar; Path=/x; Secure; HttpOnly; SameSite=None",
    );
  });

  it("writes ages of zero and below, which take a cookie away", () => {
    assert.equal(
      bake({ maxAge: 0, expires: 0 }),
      "C=v; Expires=Tue, 14-Nov-23 22:13:20 GMT; Max-Age=0; Path=/; HttpOnly",
    );
    assert.equal(bake({ maxAge: -1 }), "C=v; Max-Age=-1; Path=/; HttpOnly");
    assert.equal(bake({ expires: -9_999_999_999 }), "C=v; Expires=Thu, 01-Jan-70 00:00:00 GMT; Path=/; HttpOnly");
  });

  it("is Secure always, never, or as the client's connection is", () => {
    assert.match(bake({ secure: "always" }), /; Secure; HttpOnly$/);
    assert.match(bake({ secure: "auto" }, TLS), /; Secure; HttpOnly$/);
    assert.doesNotMatch(bake({ secure: "auto" }), /Secure/);
    assert.doesNotMatch(bake({ secure: "never" }, TLS), /Secure/);
  });

  it("leaves SameSite=None out for browsers that refuse it, when asked to", () => {
    const old = { ...PLAIN, userAgent: OLD_CHROMIUM };
    const conditional = { conditionalSameSiteNone: true };
    assert.doesNotMatch(bake({ sameSite: "None", ...conditional }, old), /SameSite/);
    assert.match(bake({ sameSite: "None", ...conditional }, PLAIN), /; SameSite=None$/);
    assert.match(bake({ sameSite: "None" }, old), /; SameSite=None$/);
    assert.match(bake({ sameSite: "Lax", ...conditional }, old), /; SameSite=Lax$/);
    assert.match(bake({ sameSite: "Strict", ...conditional }, old), /; SameSite=Strict$/);
  });

  it("joins exactly the attributes that apply, whatever is set", () => {
    const settings = fc.record(
      {
        expires: fc.integer({ min: -1000, max: 1e9 }),
        maxAge: fc.integer({ min: -1000, max: 1e9 }),
        cookieDomain: fc.constantFrom("a.example", "b.example"),
        cookiePath: fc.constantFrom("/", "/foo", "/foo/.*"),
        secure: fc.constantFrom("auto" as const, "always" as const, "never" as const),
        sameSite: fc.constantFrom("Strict" as const, "Lax" as const, "None" as const),
      },
      { requiredKeys: ["cookiePath", "secure"] },
    );
    fc.assert(
      fc.property(settings, fc.boolean(), (it, tls) => {
        const secure = it.secure === "always" || (it.secure === "auto" && tls);
        const parts = [
          "C=v",
          it.expires === undefined ? "" : `Expires=${cookieTime(PLAIN.now + it.expires)}`,
          it.maxAge === undefined ? "" : `Max-Age=${it.maxAge}`,
          it.cookieDomain === undefined ? "" : `Domain=${it.cookieDomain}`,
          `Path=${it.cookiePath}`,
          secure ? "Secure" : "",
          "HttpOnly",
          it.sameSite === undefined ? "" : `SameSite=${it.sameSite}`,
        ];
        assert.equal(bake(it, { ...PLAIN, tls }), parts.filter((part) => part !== "").join("; "));
      }),
    );
  });
});
