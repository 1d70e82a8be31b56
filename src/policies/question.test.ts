import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AuthorityPolicy } from "../snapshot/route-policies.ts";
import type { PolicyRequest } from "./policy-request.ts";
import { authorityBackend, questionLines, questionTarget } from "./question.ts";

const REQUEST = { path: "/a b\r\n", host: "web.test", requestUri: () => "/a%20b" } as PolicyRequest;

const POLICY: AuthorityPolicy = {
  scheme: "https",
  port: 443,
  target: [
    { source: "text", name: "/check?" },
    { source: "path", name: "" },
  ],
  method: "GET",
  passed: [],
  headers: [{ name: "X-Path", value: [{ source: "path", name: "" }] }],
  wayBack: [{ source: "request-uri", name: "" }],
  alwaysSetCookie: false,
};

describe("a question", () => {
  it("goes to the host of the request where the URL names none", () => {
    assert.equal(authorityBackend(POLICY, REQUEST), "https://web.test:443");
    assert.equal(authorityBackend({ ...POLICY, host: "auth.test" }, REQUEST), "https://auth.test:443");
  });

  it("lets no byte of a client end a line", () => {
    assert.equal(questionTarget(POLICY, REQUEST), "/check?/a%20b%0D%0A");
    assert.equal(questionLines(POLICY, REQUEST, []), "\r\nX-Auth-Request-Redirect: /a%20b\r\nX-Path: /a b%0D%0A");
  });

  it("has the client's headers, but for those that are told by ourselves", () => {
    const given = [
      "Cookie",
      "a=b",
      "X-PATH",
      "mine",
      "Host",
      "h",
      "content-length",
      "9",
      "constructor",
      "c",
      "Range",
      "r",
    ];
    const lines = questionLines(POLICY, REQUEST, given).split("\r\n").slice(3);
    assert.deepEqual(lines, ["Cookie: a=b", "constructor: c"]);
  });
});
