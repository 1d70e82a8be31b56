import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { cookieOf } from "../support/client.ts";
import { startEndpoints, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, type Manifest, service, slices, sticky } from "../support/manifests.ts";

const hosts = [
  ingress({ name: "balanced", host: "balanced.test", annotations: sticky() }),
  ingress({ name: "persistent", host: "persistent.test", annotations: sticky({ "affinity-mode": "persistent" }) }),
  ingress({ name: "plain", host: "plain.test" }),
];

function world(endpoints: Parameters<typeof slices>[0], ingresses: readonly Manifest[] = hosts): Manifest[] {
  return [...ingresses, service(), ...slices(endpoints)];
}

describe("a client stays on its endpoint", () => {
  let limpet: Limpet;
  let endpoints: TestEndpoint[];

  before(async () => {
    endpoints = await startEndpoints(5);
    limpet = await Limpet.start(world(endpoints), { workers: 2 });
  });

  after(async () => {
    await limpet.stop();
    await Promise.all(endpoints.map((endpoint) => endpoint.kill()));
  });

  beforeEach(async () => {
    const reply = await limpet.admin("/api/v1/snapshot");
    const served = (endpoint: TestEndpoint) => new RegExp(`\\b${endpoint.port}\\b`).test(reply.body);
    if (!endpoints.every(served)) await limpet.apply(world(endpoints));
  });

  for (const host of ["balanced.test", "persistent.test"]) {
    it(`by the cookie of its first request, silently: ${host}`, async () => {
      const first = await limpet.send({ host });
      const cookie = cookieOf(first);
      for (let i = 0; i < 100; i++) {
        const next = await limpet.send({ host, cookie });
        assert.equal(next.endpoint, first.endpoint);
        assert.deepEqual(next.setCookies, []);
      }
    });

    it(`and first requests are spread over the endpoints: ${host}`, async () => {
      const seen = new Set<string>();
      for (let i = 0; i < 100; i++) seen.add((await limpet.send({ host })).endpoint);
      assert.ok(seen.size >= 4, [...seen].join());
    });

    it(`and a cookie that belongs to nothing is replaced: ${host}`, async () => {
      for (const cookie of [
        "INGRESSCOOKIE=AAAAAAAAAAAAAAAA",
        "INGRESSCOOKIE=junk",
        "INGRESSCOOKIE=",
        "INGRESSCOOKIE=|",
      ]) {
        const reply = await limpet.send({ host, cookie });
        assert.equal(reply.status, 200);
        assert.notEqual(cookieOf(reply), cookie);
      }
    });

    it(`whatever other cookies stand around it: ${host}`, async () => {
      const first = await limpet.send({ host });
      const cookie = cookieOf(first);
      for (const header of [
        `junk; ${cookie}`,
        `a=1;;${cookie}`,
        `XINGRESSCOOKIE=x; ${cookie}; b=2`,
        `a="${cookie}"; ${cookie}`,
      ]) {
        const next = await limpet.send({ host, cookie: header });
        assert.equal(next.endpoint, first.endpoint, header);
        assert.deepEqual(next.setCookies, [], header);
      }
    });

    it(`and only the clients of an endpoint that leaves are moved: ${host}`, async () => {
      const sessions = new Map<string, string>();
      for (let i = 0; i < 60; i++) {
        const reply = await limpet.send({ host });
        sessions.set(cookieOf(reply), reply.endpoint);
      }
      const [gone, ...left] = endpoints as [TestEndpoint, ...TestEndpoint[]];
      await limpet.apply(world(left));
      for (const [cookie, endpoint] of sessions) {
        const reply = await limpet.send({ host, cookie });
        assert.equal(reply.status, 200);
        if (endpoint === gone.name) assert.notEqual(reply.endpoint, gone.name);
        else assert.equal(reply.endpoint, endpoint);
        // Balanced mode needs no new cookie: the ring says who takes over.
        const renewed = host === "persistent.test" && endpoint === gone.name;
        assert.equal(reply.setCookies.length, renewed ? 1 : 0);
      }
    });
  }

  it("also while its endpoint drains, and new clients go elsewhere until it is ready again", async () => {
    const host = "persistent.test";
    const first = await limpet.send({ host });
    const cookie = cookieOf(first);
    const states = endpoints.map((endpoint) => ({
      endpoint,
      state: endpoint.name === first.endpoint ? ("draining" as const) : ("ready" as const),
    }));
    await limpet.apply(world(states));
    for (let i = 0; i < 20; i++) {
      const kept = await limpet.send({ host, cookie });
      assert.equal(kept.endpoint, first.endpoint);
      assert.deepEqual(kept.setCookies, []);
    }
    for (const other of ["persistent.test", "balanced.test", "plain.test"]) {
      for (let i = 0; i < 30; i++) assert.notEqual((await limpet.send({ host: other })).endpoint, first.endpoint);
    }
    // A pod that was only not ready for a while, or a roll-out that was taken back.
    await limpet.apply(world(endpoints));
    assert.equal((await limpet.send({ host, cookie })).endpoint, first.endpoint);
    const seen = new Set<string>();
    for (let i = 0; i < 100; i++) seen.add((await limpet.send({ host })).endpoint);
    assert.ok(seen.has(first.endpoint), [...seen].join());
  });

  it("with each Ingress's own settings where two share a Service", async () => {
    await limpet.apply(
      world(endpoints, [
        ingress({ name: "one", host: "one.test", annotations: sticky({ "session-cookie-name": "ONE" }) }),
        ingress({ name: "two", host: "two.test", annotations: sticky({ "session-cookie-name": "TWO" }) }),
        ingress({ name: "three", host: "three.test" }),
      ]),
    );
    assert.match(cookieOf(await limpet.send({ host: "one.test" })), /^ONE=/);
    assert.match(cookieOf(await limpet.send({ host: "two.test" })), /^TWO=/);
    assert.deepEqual((await limpet.send({ host: "three.test" })).setCookies, []);
    await limpet.apply(world(endpoints));
  });

  it("across a change of the affinity mode", async () => {
    const first = await limpet.send({ host: "balanced.test" });
    const persistent = ingress({
      name: "balanced",
      host: "balanced.test",
      annotations: sticky({ "affinity-mode": "persistent" }),
    });
    await limpet.apply(world(endpoints, [persistent]));
    const switched = await limpet.send({ host: "balanced.test", cookie: cookieOf(first) });
    assert.equal(switched.endpoint, first.endpoint);
    const again = await limpet.send({ host: "balanced.test", cookie: cookieOf(switched) });
    assert.equal(again.endpoint, first.endpoint);
    assert.deepEqual(again.setCookies, []);
    await limpet.apply(world(endpoints));
    const back = await limpet.send({ host: "balanced.test", cookie: cookieOf(switched) });
    assert.equal(back.endpoint, first.endpoint);
  });
});

describe("a Service that scales to nothing and back", () => {
  it("answers 503 in between, and serves again without a restart", async () => {
    const endpoints = await startEndpoints(2);
    const limpet = await Limpet.start(world(endpoints));
    try {
      const host = "persistent.test";
      const cookie = cookieOf(await limpet.send({ host }));
      await limpet.apply(world([]));
      const empty = await limpet.send({ host, cookie });
      assert.equal(empty.status, 503);
      assert.deepEqual(empty.setCookies, []);
      const others = await startEndpoints(2);
      endpoints.push(...others);
      await limpet.apply(world(others.map((it, i) => ({ ...it, name: `later-${i}` }))));
      const back = await limpet.send({ host, cookie });
      assert.equal(back.status, 200);
      assert.notEqual(cookieOf(back), cookie);
    } finally {
      await limpet.stop();
      await Promise.all(endpoints.map((endpoint) => endpoint.kill()));
    }
  });
});
