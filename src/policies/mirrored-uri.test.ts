import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { mirroredUri } from "./mirrored-uri.ts";

const POLICY = { backend: "http://a:80", scheme: "http", host: "a", withBody: true } as const;

describe("mirroredUri", () => {
  it("is the request's own, behind a path where there is one", () => {
    assert.equal(mirroredUri({ ...POLICY, path: "", followed: true }, "/a%20b?c=d"), "/a%20b?c=d");
    assert.equal(mirroredUri({ ...POLICY, path: "/shadow", followed: true }, "/a?b"), "/shadow/a?b");
  });

  it("is the URL's where nothing follows it", () => {
    assert.equal(mirroredUri({ ...POLICY, path: "/fixed?x", followed: false }, "/a"), "/fixed?x");
    assert.equal(mirroredUri({ ...POLICY, path: "", followed: false }, "/a"), "/a");
  });

  it("is a path whatever the client names", () => {
    assert.equal(mirroredUri({ ...POLICY, path: "/s", followed: true }, "http://other.test/a"), "/s/");
    assert.equal(mirroredUri({ ...POLICY, path: "", followed: true }, "*"), "/");
  });
});
