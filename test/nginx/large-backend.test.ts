import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { MOST_BUILT_ENDPOINTS } from "../../src/snapshot/ring.ts";
import { cookieOf } from "../support/client.ts";
import { startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, type Manifest, service, sticky } from "../support/manifests.ts";

/** As many addresses of one server, which says which of them it was asked at. */
function world(count: number, port: number): Manifest[] {
  const endpoints = Array.from({ length: count }, (_, i) => ({
    addresses: [`127.1.${i >> 7}.${1 + (i & 127)}`],
    conditions: { ready: true, serving: true, terminating: false },
    targetRef: { kind: "Pod", name: `web-${i}`, uid: `uid-${i}` },
  }));
  const slice: Manifest = {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: "web-1", labels: { "kubernetes.io/service-name": "web" } },
    addressType: "IPv4",
    ports: [{ name: "http", port }],
    endpoints,
  };
  return [ingress({ host: "web.test", annotations: sticky() }), service(), slice];
}

describe("a Backend so large that its ring is an entry, and one that just is not", () => {
  let limpet: Limpet;
  let server: TestEndpoint;

  before(async () => {
    const answer = (_: unknown, response: import("node:http").ServerResponse) =>
      response.setHeader("X-Endpoint", response.socket?.localAddress ?? "").end();
    server = await startEndpoint("server", { address: "0.0.0.0", answer });
    limpet = await Limpet.start(world(MOST_BUILT_ENDPOINTS + 1, server.port));
  });

  after(async () => {
    await limpet.stop();
    await server.kill();
  });

  /** What the controller says of a cookie, by the ring that Node reads or builds. */
  async function explained(cookie: string): Promise<string> {
    const query = new URLSearchParams({ url: "http://web.test/", header: `Cookie:${cookie}` });
    const reply = await limpet.admin(`/api/v1/explain?${query}`);
    return (JSON.parse(reply.body) as { endpoint: string }).endpoint;
  }

  it("keep their sessions, as the controller says they do, and across the limit between them", async () => {
    const sessions = new Map<string, string>();
    for (let i = 0; i < 60; i++) {
      const reply = await limpet.send({ host: "web.test" });
      sessions.set(cookieOf(reply), reply.endpoint);
    }
    assert.ok(new Set(sessions.values()).size > 30);
    for (const [cookie, endpoint] of sessions) {
      assert.equal((await limpet.send({ host: "web.test", cookie })).endpoint, endpoint);
      assert.equal(await explained(cookie), `${endpoint}:${server.port}`);
    }
    await limpet.apply(world(MOST_BUILT_ENDPOINTS, server.port));
    const left = `127.1.${MOST_BUILT_ENDPOINTS >> 7}.${1 + (MOST_BUILT_ENDPOINTS & 127)}`;
    for (const [cookie, endpoint] of sessions) {
      const now = (await limpet.send({ host: "web.test", cookie })).endpoint;
      assert.equal(await explained(cookie), `${now}:${server.port}`);
      if (endpoint !== left) assert.equal(now, endpoint);
    }
  });
});
