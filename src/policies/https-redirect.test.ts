import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { requestBy } from "../../test/support/policy-request.ts";
import type { HttpsRedirectPolicy } from "../snapshot/route-policies.ts";
import { answerByHttpsRedirect } from "./https-redirect.ts";
import type { PolicyRequest } from "./policy-request.ts";

interface Asked {
  readonly host?: string;
  readonly uri?: string;
  readonly port?: number;
  readonly tls?: boolean;
}

const POLICY: HttpsRedirectPolicy = { status: 308, keepSlash: false, port: 443, showPort: false };

function requestOf({ host = "shop.test", uri = "/", port = 80, tls = false }: Asked): PolicyRequest {
  return {
    ...requestBy(() => undefined),
    hostHeader: () => host,
    requestUri: () => uri,
    escapedRequestUri: () => uri,
    tls: () => tls,
    port: () => port,
  };
}

function location(asked: Asked, policy: Partial<HttpsRedirectPolicy> = {}): string | undefined {
  return answerByHttpsRedirect({ httpsRedirect: { ...POLICY, ...policy } }, undefined, requestOf(asked))?.location;
}

describe("the redirect to HTTPS", () => {
  it("leads to the same place, without a slash at the very end", () => {
    assert.equal(location({}), "https://shop.test");
    assert.equal(location({ uri: "/a/?b=c" }), "https://shop.test/a/?b=c");
    assert.equal(location({ uri: "/a?b=/" }), "https://shop.test/a?b=");
    assert.equal(location({ uri: "/a/" }, { keepSlash: true }), "https://shop.test/a/");
  });

  it("leaves the port of HTTP out", () => {
    assert.equal(location({ host: "shop.test:80" }), "https://shop.test");
    assert.equal(location({ host: "[2001:db8::1]:80" }), "https://[2001:db8::1]");
    assert.equal(location({ host: "[2001:db8::1]" }), "https://[2001:db8::1]");
  });

  it("names another port than 443 only to clients who name the very port that they came in at", () => {
    const own = { port: 8443 };
    assert.equal(location({ host: "shop.test:8080", port: 8080 }, own), "https://shop.test:8443");
    assert.equal(location({ host: "shop.test", port: 8080 }, own), "https://shop.test");
    assert.equal(location({ host: "shop.test:30080", port: 8080 }, own), "https://shop.test");
    assert.equal(location({ host: "shop.test:80", port: 80 }, own), "https://shop.test");
    assert.equal(location({ host: "shop.test:8080", port: 8080 }), "https://shop.test");
  });

  it("names it always where that is asked for", () => {
    assert.equal(location({ uri: "/a" }, { showPort: true }), "https://shop.test:443/a");
    assert.equal(location({ uri: "/a" }, { showPort: true, port: 8443 }), "https://shop.test:8443/a");
  });

  it("is none over TLS, to a client that names no host, and where none is asked for", () => {
    assert.equal(location({ tls: true }), undefined);
    assert.equal(location({ host: "" }), undefined);
    assert.equal(answerByHttpsRedirect({}, undefined, requestOf({})), undefined);
  });
});
