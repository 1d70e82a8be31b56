import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { canaryPolicyOf } from "../../../test/support/canary.ts";
import { requestWith } from "../../../test/support/policy-request.ts";
import type { CanaryPolicy } from "../../snapshot/route-policies.ts";
import { cookieVerdict, headerVerdict, type Matches, type Verdict } from "./request-rules.ts";

const find: Matches = (pattern, text) => new RegExp(pattern).test(text);

function byHeader(rule: Partial<CanaryPolicy>, value: string, matches: Matches = find): Verdict {
  return headerVerdict(canaryPolicyOf({ header: "x_canary", ...rule }), requestWith({ x_canary: value }), matches);
}

describe("the header rule of a canary", () => {
  it("goes by always and never", () => {
    assert.equal(byHeader({}, "always"), "canary");
    assert.equal(byHeader({}, "never"), "main");
    for (const value of ["", "Always", "always ", "other"]) assert.equal(byHeader({}, value), undefined);
  });

  it("goes by its value alone where there is one", () => {
    const rule = { headerValue: "yes", headerPattern: "^n" };
    assert.equal(byHeader(rule, "yes"), "canary");
    for (const value of ["always", "never", "no", "YES", ""]) assert.equal(byHeader(rule, value), undefined);
  });

  it("goes by its pattern otherwise", () => {
    assert.equal(byHeader({ headerPattern: "^Do" }, "DoIt"), "canary");
    assert.equal(byHeader({ headerPattern: "^Do" }, "always"), undefined);
  });

  it("chooses the main when the pattern fails", () => {
    assert.equal(
      byHeader({ headerPattern: "x" }, "x", () => undefined),
      "main",
    );
  });

  it("says nothing without the header, or without its name", () => {
    assert.equal(headerVerdict(canaryPolicyOf({ header: "x_canary" }), requestWith({}), find), undefined);
    const nameless = canaryPolicyOf({ headerValue: "yes" });
    assert.equal(headerVerdict(nameless, requestWith({ x_canary: "yes" }), find), undefined);
  });
});

describe("the cookie rule of a canary", () => {
  it("goes by always and never", () => {
    const canary = canaryPolicyOf({ cookie: "Pick" });
    assert.equal(cookieVerdict(canary, "pick=always"), "canary");
    assert.equal(cookieVerdict(canary, "a=b; Pick=never"), "main");
    for (const header of [undefined, "", "pick=maybe", "other=always"]) {
      assert.equal(cookieVerdict(canary, header), undefined);
    }
    assert.equal(cookieVerdict(canaryPolicyOf(), "pick=always"), undefined);
  });
});
