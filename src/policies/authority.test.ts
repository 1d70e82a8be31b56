import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AuthorityPolicy } from "../snapshot/route-policies.ts";
import { type AuthorityAnswer, cookiesFor, headerValue, judge, NO_ANSWER, secondsToRemember } from "./authority.ts";
import type { PolicyRequest } from "./policy-request.ts";

const POLICY: AuthorityPolicy = {
  scheme: "http",
  host: "auth.test",
  port: 80,
  target: [{ source: "text", name: "/" }],
  method: "GET",
  passed: ["X-User"],
  headers: [],
  wayBack: [],
  alwaysSetCookie: false,
};
const REQUEST = { path: "/a\r\nb", host: "web.test" } as PolicyRequest;
const SIGN_IN: AuthorityPolicy = {
  ...POLICY,
  signIn: [
    { source: "text", name: "/in?" },
    { source: "path", name: "" },
  ],
};

function answer(status: number, ...headers: string[]): AuthorityAnswer {
  return { status, headers };
}

function statusOf(given: AuthorityAnswer, policy = POLICY): unknown {
  const verdict = judge(policy, given, REQUEST);
  return typeof verdict === "object" ? [verdict.status, verdict.reason] : verdict;
}

describe("judge", () => {
  it("lets 2xx in, and nothing else", () => {
    for (const status of [200, 202, 204, 299]) assert.equal(statusOf(answer(status)), "admitted");
    assert.deepEqual(statusOf(answer(401)), [401, "unauthorized"]);
    assert.deepEqual(statusOf(answer(403)), [403, "denied"]);
    for (const status of [100, 199, 300, 302, 304, 400, 404, 500, 502, 599]) {
      assert.deepEqual(statusOf(answer(status)), [500, "no-authority"], `${status}`);
    }
    assert.deepEqual(statusOf(NO_ANSWER), [500, "no-authority"]);
  });

  it("hands on how the client can make itself known", () => {
    const challenged = answer(401, "WWW-Authenticate", "Basic", "WWW-Authenticate", "Bearer");
    assert.deepEqual(judge(POLICY, challenged, REQUEST), {
      reason: "unauthorized",
      status: 401,
      headers: ["WWW-Authenticate", "Basic, Bearer"],
    });
  });

  it("sends the client to where it can, and lets no line break into a header", () => {
    assert.deepEqual(judge(SIGN_IN, answer(401), REQUEST), {
      reason: "unauthorized",
      status: 302,
      location: "/in?/a%0D%0Ab",
    });
    assert.deepEqual(statusOf(answer(403), SIGN_IN), [403, "denied"]);
  });
});

describe("cookiesFor", () => {
  it("keeps cookies from errors unless they are asked for", () => {
    const given = answer(200, "Set-Cookie", "a=1", "X-User", "ann", "Set-Cookie", "b=2");
    assert.deepEqual(cookiesFor(POLICY, given, 200), ["a=1", "b=2"]);
    assert.deepEqual(cookiesFor(POLICY, given, 404), []);
    assert.deepEqual(cookiesFor({ ...POLICY, alwaysSetCookie: true }, given, 404), ["a=1", "b=2"]);
    assert.equal(headerValue(given, "X-User"), "ann");
    assert.equal(headerValue(given, "X-Other"), undefined);
  });
});

describe("secondsToRemember", () => {
  const memory = { key: [], owner: "", seconds: { 200: 300, 401: 60, 500: 60 } };
  const seconds = (...of: Parameters<typeof answer>) => secondsToRemember(memory, answer(...of));

  it("goes by the status", () => {
    assert.deepEqual([seconds(200), seconds(401), seconds(403)], [300, 60, 0]);
    assert.equal(secondsToRemember({ ...memory, seconds: { any: 5 } }, answer(403)), 5);
  });

  it("never remembers a failure", () => {
    assert.deepEqual([seconds(500), secondsToRemember(memory, NO_ANSWER)], [0, 0]);
  });

  it("goes by what the answer says itself, and keeps a client's cookie for that client", () => {
    assert.equal(seconds(200, "Set-Cookie", "a=1"), 0);
    for (const control of ["no-store", "No-Cache", "private, max-age=5", "max-age=0"]) {
      assert.equal(seconds(200, "Cache-Control", control), 0, control);
    }
    assert.equal(seconds(200, "Cache-Control", "public, max-age=20"), 20);
    assert.equal(seconds(200, "Cache-Control", "max-age=20, s-maxage=7"), 7);
    assert.equal(seconds(200, "Cache-Control", "max-age=x"), 300);
    assert.equal(seconds(200, "Expires", "0"), 0);
    assert.equal(seconds(200, "Vary", "*"), 0);
    assert.equal(seconds(403, "Cache-Control", "max-age=20"), 0);
  });
});
