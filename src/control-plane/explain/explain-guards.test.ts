import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RoutePolicies } from "../../snapshot/route-policies.ts";
import { explainGuards } from "./explain-guards.ts";
import { explainedPolicyRequest } from "./explained-policy-request.ts";
import type { ExplainedRequest } from "./explanation.ts";

const LIST = { ipv4: ["0a000000", "0affffff"], ipv6: [] };
const BY_ADDRESS: RoutePolicies = { addresses: { allow: LIST } };
const BY_PASSWORD: RoutePolicies = { basicAuth: { realm: "", users: { ann: "{PLAIN}secret" } } };

/** Step and outcome of each, and the status of the refusal. */
function told(policies: RoutePolicies, asked: Partial<ExplainedRequest>): readonly string[] {
  const request: ExplainedRequest = { url: "http://a.test/", headers: [], ...asked };
  const url = { tls: false, port: 80, host: "a.test", authority: "a.test", path: "/" };
  const { steps, refusal } = explainGuards(policies, request, explainedPolicyRequest(request, url, "/"));
  return [...steps.map(({ step, outcome }) => `${step} ${outcome}`), `${refusal?.status ?? "passes"}`];
}

describe("explainGuards", () => {
  it("tells whether an address may use the Route once it knows one", () => {
    assert.deepEqual(told(BY_ADDRESS, { address: "10.1.2.3" }), ["address allowed", "passes"]);
    assert.deepEqual(told(BY_ADDRESS, { address: "192.0.2.1" }), ["address denied", "403"]);
    assert.deepEqual(told(BY_ADDRESS, {}), ["address unknown", "passes"]);
  });

  it("tells that a password is missing, and leaves verifying it to NGINX", () => {
    const headers = [["Authorization", "Basic YTpi"]] as const;
    assert.deepEqual(told(BY_PASSWORD, {}), ["authentication missing", "401"]);
    assert.deepEqual(told(BY_PASSWORD, { headers }), ["authentication unknown", "passes"]);
  });

  it("goes by what must be satisfied", () => {
    const both = { ...BY_ADDRESS, ...BY_PASSWORD };
    const any = { ...both, satisfyAny: true } as const;
    assert.deepEqual(told(any, { address: "10.1.2.3" }), ["address allowed", "passes"]);
    assert.deepEqual(told(any, { address: "192.0.2.1" }), ["address denied", "authentication missing", "401"]);
    assert.deepEqual(told(both, { address: "10.1.2.3" }), ["address allowed", "authentication missing", "401"]);
  });

  it("says who would be asked, and does not ask", () => {
    const target = [{ source: "text", name: "/check" } as const];
    const question = { scheme: "http", port: 80, target, method: "GET", passed: [], headers: [], wayBack: [] } as const;
    const policies = { ...BY_ADDRESS, authority: { ...question, alwaysSetCookie: false } };
    assert.deepEqual(told(policies, { address: "10.1.2.3" }), ["address allowed", "authority unknown", "passes"]);
    assert.deepEqual(told({ ...policies, satisfyAny: true }, { address: "10.1.2.3" }), ["address allowed", "passes"]);
    assert.deepEqual(told(policies, { address: "192.0.2.1" }), ["address denied", "403"]);
  });

  it("says that there are limits", () => {
    assert.deepEqual(told({ limits: { connections: 1 } }, {}), ["limits unknown", "passes"]);
  });
});
