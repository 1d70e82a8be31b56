import assert from "node:assert/strict";
import type http from "node:http";
import { after, before, describe, it } from "node:test";
import { type Answer, startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, type Manifest, service, slices, sticky } from "../support/manifests.ts";

const COOKIES = ["a=1; Path=/app/a; Domain=inside.test", "b=2; Domain=other.test; Path=/else"];

/** An application that knows itself by other names than its clients do. */
const answer: Answer = ({ url }, response) => {
  response.setHeader("Set-Cookie", url === "/one" ? (COOKIES[0] as string) : COOKIES);
  response.setHeader("X-Custom", "the application's");
  if (url === "/refresh") response.setHeader("Refresh", "5; url=http://inside.test/next");
  if (url === "/elsewhere") response.setHeader("Location", "http://elsewhere.test/next");
  else response.setHeader("Location", "http://inside.test/next");
  response.writeHead(302).end();
};

function configMap(name: string, data: Readonly<Record<string, string>>): Manifest {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data };
}

describe("the headers of a response", () => {
  let limpet: Limpet;
  let endpoint: TestEndpoint;

  function world(custom: Readonly<Record<string, string>> | undefined): Manifest[] {
    const rewritten = {
      "proxy-cookie-domain": "inside.test outside.test",
      "proxy-cookie-path": "/app/ /",
      "proxy-redirect-from": "http://inside.test/",
      "proxy-redirect-to": "https://outside.test/shop/",
    };
    return [
      ingress({
        name: "rewritten",
        host: "rewritten.test",
        annotations: sticky({ ...rewritten, "session-cookie-path": "/app/x" }),
      }),
      ingress({ name: "custom", host: "custom.test", annotations: { "custom-headers": "default/headers" } }),
      ingress({ name: "refused", host: "refused.test", annotations: { "custom-headers": "default/refused" } }),
      ingress({ name: "foreign", host: "foreign.test", annotations: { "custom-headers": "other/headers" } }),
      ingress({ name: "close", host: "close.test", annotations: { "connection-proxy-header": "close" } }),
      ingress({ name: "plain", host: "plain.test", annotations: sticky() }),
      service(),
      ...slices([endpoint]),
      configMap("limpet", { "global-allowed-response-headers": "X-Custom,Cache-Control" }),
      configMap("refused", { "X-Custom": "allowed", "X-Other": "not allowed" }),
      ...(custom === undefined ? [] : [configMap("headers", custom)]),
    ];
  }

  before(async () => {
    endpoint = await startEndpoint("a", { answer });
    limpet = await Limpet.start(world({ "X-Custom": "ours", "Cache-Control": "no-store" }), {
      flags: ["--configmap", "default/limpet"],
    });
  });

  after(async () => {
    await limpet.stop();
    await endpoint.kill();
  });

  it("have the application's cookies rewritten, and never ours", async () => {
    const [first, second, ours] = (await limpet.send({ host: "rewritten.test" })).setCookies;
    assert.deepEqual([first, second], ["a=1; Path=/a; Domain=outside.test", COOKIES[1]]);
    assert.match(ours ?? "", /^INGRESSCOOKIE=.*; Path=\/app\/x; HttpOnly$/);
    const one = await limpet.send({ host: "rewritten.test", path: "/one" });
    assert.equal(one.setCookies[0], "a=1; Path=/a; Domain=outside.test");
  });

  it("have the application's redirects rewritten", async () => {
    const send = async (path: string) => (await limpet.send({ host: "rewritten.test", path })).headers;
    assert.equal((await send("/")).location, "https://outside.test/shop/next");
    assert.equal((await send("/refresh"))["refresh"], "5; url=https://outside.test/shop/next");
    assert.equal((await send("/elsewhere")).location, "http://elsewhere.test/next");
  });

  it("are the application's where nothing is asked for", async () => {
    const { headers, setCookies } = await limpet.send({ host: "plain.test" });
    assert.equal(headers.location, "http://inside.test/next");
    assert.deepEqual(setCookies.slice(0, 2), COOKIES);
    assert.equal(headers["x-custom"], "the application's");
    assert.equal(headers["cache-control"], "private");
  });

  it("are those of a ConfigMap, instead of the application's", async () => {
    const { headers } = await limpet.send({ host: "custom.test" });
    assert.deepEqual([headers["x-custom"], headers["cache-control"]], ["ours", "no-store"]);
  });

  it("that nobody allowed, or of another namespace, close the Routes", async () => {
    for (const host of ["refused.test", "foreign.test"]) assert.equal((await limpet.send({ host })).status, 503, host);
  });

  it("follow the ConfigMap, and without it the Routes are closed", async () => {
    await limpet.apply(world({ "X-Custom": "changed" }));
    assert.equal((await limpet.send({ host: "custom.test" })).headers["x-custom"], "changed");
    await limpet.apply(world(undefined));
    assert.equal((await limpet.send({ host: "custom.test" })).status, 503);
    assert.match((await limpet.admin("/api/v1/problems")).body, /annotation\/object-missing/);
  });

  it("of a request hold the Connection that is asked for, unless it changes the protocol", async () => {
    const seen = async (host: string, headers: http.OutgoingHttpHeaders = {}) => {
      await limpet.send({ host, path: "/connection", headers });
      return endpoint.received().at(-1)?.headers.connection;
    };
    assert.equal(await seen("close.test"), "close");
    assert.equal(await seen("plain.test"), undefined);
    assert.equal(await seen("close.test", { "x-forwarded-for": "1.2.3.4" }), "close");
    assert.equal(endpoint.received().at(-1)?.headers["x-original-forwarded-for"], "1.2.3.4");
    assert.equal(await seen("close.test", { upgrade: "websocket", connection: "upgrade" }), "upgrade");
  });
});
