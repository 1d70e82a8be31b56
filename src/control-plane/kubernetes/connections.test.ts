import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { systemClock } from "../time/clock.ts";
import type { Access } from "./access.ts";
import { Connections } from "./connections.ts";
import { Http1Transport } from "./transport/http1-transport.ts";
import { NegotiatedTransport } from "./transport/negotiated-transport.ts";
import { mayUseProxy } from "./transport/proxy.ts";

const CREDENTIAL = { headers: {} };

describe("Connections", () => {
  let connections: Connections;
  afterEach(() => connections.close());

  function open(more: Partial<Access> = {}): Connections {
    const credentials = { get: async () => CREDENTIAL, forget: () => {} };
    const trust = { insecure: false, authority: async () => undefined };
    const access = { server: "https://10.0.0.1:6443", origin: "a test", namespace: "default", ...trust, credentials };
    connections = new Connections({ ...access, ...more }, systemClock);
    return connections;
  }

  it("may be HTTP/2 over TLS, and are HTTP/1.1 without it and through a proxy", async () => {
    assert.ok((await open().transport(CREDENTIAL)) instanceof NegotiatedTransport);
    assert.ok((await open({ server: "http://10.0.0.1" }).transport(CREDENTIAL)) instanceof Http1Transport);
    assert.ok((await open({ proxyUrl: "http://proxy" }).transport(CREDENTIAL)) instanceof Http1Transport);
  });

  it("stay while the certificates do, and are made anew when those change", async () => {
    let authority = "one";
    const kept = open({ authority: async () => authority });
    const first = await kept.transport(CREDENTIAL);
    assert.equal(await kept.transport({ headers: { authorization: "renewed" } }), first);
    authority = "two";
    const second = await kept.transport(CREDENTIAL);
    assert.notEqual(second, first);
    assert.notEqual(await kept.transport({ headers: {}, certificate: "c", key: "k" }), second);
  });
});

describe("mayUseProxy", () => {
  for (const [environment, host, expected] of [
    [{}, "a.test", false],
    [{ HTTP_PROXY: "http://p" }, "a.test", false],
    [{ HTTPS_PROXY: "http://p" }, "a.test", true],
    [{ https_proxy: "http://p" }, "10.96.0.1", true],
    [{ HTTPS_PROXY: "http://p", NO_PROXY: "b.test, a.test" }, "A.test", false],
    [{ HTTPS_PROXY: "http://p", NO_PROXY: ".test" }, "a.test", false],
    [{ HTTPS_PROXY: "http://p", NO_PROXY: "10.96.0.1" }, "10.96.0.1", false],
    [{ HTTPS_PROXY: "http://p", NO_PROXY: "10.0.0.0/8" }, "10.96.0.1", true],
  ] as const) {
    it(`of ${host} with ${JSON.stringify(environment)}: ${expected}`, () => {
      assert.equal(mayUseProxy(environment, host), expected);
    });
  }
});
