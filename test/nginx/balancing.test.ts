import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Reply } from "../support/client.ts";
import { startEndpoint, startEndpoints, type TestEndpoint } from "../support/endpoints.ts";
import { freePort } from "../support/free-port.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, service, slices, sticky } from "../support/manifests.ts";

const BY_URI = { "upstream-hash-by": "$request_uri" };

describe("how endpoints are chosen", () => {
  let limpet: Limpet;
  let endpoints: TestEndpoint[];
  let slow: TestEndpoint;
  let address: TestEndpoint;

  before(async () => {
    endpoints = await startEndpoints(6);
    slow = await startEndpoint("slow", { answer: (_, response) => setTimeout(() => response.end(), 60) });
    address = await startEndpoint("address", { address: "127.0.0.9" });
    const through = { "service-upstream": "true" };
    limpet = await Limpet.start([
      ingress({ name: "uri", host: "uri.test", annotations: BY_URI }),
      ingress({
        name: "user",
        host: "user.test",
        annotations: { "upstream-hash-by": "$http_x_user-$arg_id-$cookie_c" },
      }),
      ingress({ name: "subset", host: "subset.test", annotations: { ...BY_URI, "upstream-hash-by-subset": "true" } }),
      ingress({ name: "sticky", host: "sticky.test", annotations: sticky({ ...BY_URI, "load-balance": "ewma" }) }),
      ingress({ name: "turns", host: "turns.test" }),
      ingress({
        name: "quicker",
        host: "quicker.test",
        annotations: { "load-balance": "ewma" },
        paths: [{ service: "uneven" }],
      }),
      ingress({
        name: "refusing",
        host: "refusing.test",
        annotations: { "load-balance": "ewma" },
        paths: [{ service: "refusing" }],
      }),
      ingress({
        name: "through",
        host: "through.test",
        annotations: sticky(through),
        paths: [{ service: "own", port: address.port }],
      }),
      ingress({
        name: "direct",
        host: "direct.test",
        paths: [{ service: "own", port: address.port }],
      }),
      service(),
      ...slices(endpoints),
      service("refusing"),
      ...slices(
        [endpoints[2] as TestEndpoint, { endpoint: { name: "dead", address: "127.0.0.1", port: await freePort() } }],
        "refusing",
      ),
      service("uneven"),
      ...slices([endpoints[0] as TestEndpoint, slow], "uneven"),
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "own" },
        spec: { clusterIP: address.address, ports: [{ name: "http", port: address.port, targetPort: "http" }] },
      },
      ...slices([endpoints[1] as TestEndpoint], "own"),
    ]);
  });

  after(async () => {
    await limpet.stop();
    await Promise.all([...endpoints, slow, address].map((endpoint) => endpoint.kill()));
  });

  async function sendAll(requests: readonly Parameters<Limpet["send"]>[0][]): Promise<Reply[]> {
    const replies: Reply[] = [];
    for (const request of requests) replies.push(await limpet.send(request));
    return replies;
  }

  function repeat(count: number, host: string, path = "/same"): Promise<Reply[]> {
    return sendAll(Array.from({ length: count }, () => ({ host, path })));
  }

  function names(replies: readonly Reply[]): Set<string> {
    return new Set(replies.map(({ endpoint }) => endpoint));
  }

  it("by a hash is the same for the same text, and not for others", async () => {
    const replies = await repeat(100, "uri.test");
    assert.equal(names(replies).size, 1);
    assert.deepEqual(
      replies.flatMap(({ setCookies }) => setCookies),
      [],
    );
    const paths = Array.from({ length: 60 }, (_, i) => ({ host: "uri.test", path: `/other?${i}` }));
    assert.equal(names(await sendAll(paths)).size, 6);
    assert.ok(names(await repeat(12, "turns.test")).size === 6, "without a hash endpoints take turns");
  });

  it("by headers, arguments and cookies is by all of them", async () => {
    const hosts = Array.from({ length: 40 }, (_, i) => i);
    const request = (user: number, id: number, cookie: number) => ({
      host: "user.test",
      path: `/${user + id + cookie}?id=${id}`,
      headers: { "x-user": `${user}` },
      cookie: `c=${cookie}`,
    });
    assert.equal(names(await sendAll(hosts.map(() => request(1, 2, 3)))).size, 1);
    for (const varied of [
      hosts.map((i) => request(i, 2, 3)),
      hosts.map((i) => request(1, i, 3)),
      hosts.map((i) => request(1, 2, i)),
    ]) {
      assert.ok(names(await sendAll(varied)).size > 1);
    }
  });

  it("by a hash to a subset is one of three", async () => {
    assert.equal(names(await repeat(100, "subset.test")).size, 3);
  });

  it("is affinity's where there is affinity", async () => {
    const replies = await repeat(40, "sticky.test");
    assert.ok(replies.every(({ setCookies }) => setCookies.length === 1));
    assert.ok(names(replies).size > 1);
  });

  it("by answer times leaves the slow one nearly alone", async () => {
    const before = slow.received().length;
    const replies = await repeat(60, "quicker.test");
    assert.ok(replies.every(({ status }) => status === 200));
    const asked = slow.received().length - before;
    assert.ok(asked >= 1 && asked <= 15, `the slow endpoint got ${asked} of 60`);
  });

  it("by answer times asks one that refuses once, though it refuses at once", async () => {
    const replies = await repeat(40, "refusing.test");
    assert.deepEqual([...names(replies)], ["endpoint-2"]);
    const ownLines = async () => (await limpet.accessLines()).filter((line) => line["host"] === "refusing.test");
    await limpet.eventually("the lines", async () => (await ownLines()).length === 40);
    const repeated = (await ownLines()).filter((line) => (line["attempts"] as unknown[]).length > 1);
    assert.ok(repeated.length >= 1 && repeated.length <= 3, `${repeated.length} requests were repeated`);
  });

  it("is the cluster's with service-upstream, cookie and all", async () => {
    const [reply] = await repeat(1, "through.test");
    assert.equal(reply?.endpoint, "address");
    assert.equal(reply?.setCookies.length, 1);
    assert.equal((await repeat(1, "direct.test"))[0]?.endpoint, "endpoint-1");
  });

  it("is explained", async () => {
    const [reply] = await repeat(1, "uri.test", "/explained?x=y");
    const { body } = await limpet.admin(`/api/v1/explain?url=${encodeURIComponent("http://uri.test/explained?x=y")}`);
    const explained = JSON.parse(body) as { reason: string; endpoint: string };
    const served = endpoints.find(({ name }) => name === reply?.endpoint) as TestEndpoint;
    assert.deepEqual([explained.reason, explained.endpoint], ["hashed", `${served.address}:${served.port}`]);
    const chance = await limpet.admin("/api/v1/explain?url=http://quicker.test/");
    assert.deepEqual((JSON.parse(chance.body) as { endpoint: null }).endpoint, null);
  });

  it("by a hash moves on when the endpoint fails, and only then", async () => {
    const [first] = await repeat(1, "uri.test", "/failing");
    const served = endpoints.find(({ name }) => name === first?.endpoint) as TestEndpoint;
    await served.kill();
    const after = await repeat(20, "uri.test", "/failing");
    assert.ok(after.every(({ status }) => status === 200));
    const others = names(after);
    assert.equal(others.size, 1);
    assert.ok(!others.has(served.name));
  });
});
