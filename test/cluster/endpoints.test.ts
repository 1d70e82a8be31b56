import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { cookieOf } from "../support/client.ts";
import { type Cluster, startCluster } from "../support/cluster/cluster.ts";
import { POD_PORT, podSlice, startPod6, startPods } from "../support/cluster/pods.ts";
import type { TestEndpoint } from "../support/endpoints.ts";
import type { Limpet } from "../support/limpet.ts";
import { ingress, type Manifest, type SliceEntry, service, sticky } from "../support/manifests.ts";
import { openSessions, SessionLoad } from "../support/session-load.ts";

const HOST = "sticky.test";
const BACKEND = "default/web:80";

const PERSISTENT = ingress({ host: HOST, annotations: sticky({ "affinity-mode": "persistent" }) });

interface Described {
  readonly backends: readonly {
    readonly id: string;
    readonly endpoints: readonly { endpoint: string; state: string }[];
  }[];
}

/** The endpoints that are being served and their states, as `10.1.1.1 ready`. */
async function served(limpet: Limpet): Promise<string[]> {
  const { backends } = JSON.parse((await limpet.admin("/api/v1/snapshot")).body) as Described;
  const endpoints = backends.find(({ id }) => id === BACKEND)?.endpoints ?? [];
  return endpoints.map(({ endpoint, state }) => `${endpoint.replace(`:${POD_PORT}`, "")} ${state}`).sort();
}

async function untilServed(limpet: Limpet, ...wanted: readonly string[]): Promise<void> {
  await limpet.eventually(wanted.join(", "), async () => (await served(limpet)).join() === wanted.join());
}

function servicePort(port: number, more: Manifest = {}): Manifest {
  return { ...service(), spec: { ports: [{ name: "http", port, targetPort: "http", ...more }] } };
}

describe("what becomes of sessions when endpoints change in the cluster", () => {
  let cluster: Cluster;
  let pods: readonly [TestEndpoint, TestEndpoint, TestEndpoint, TestEndpoint];

  before(async () => {
    pods = (await startPods(4)) as unknown as typeof pods;
    cluster = await startCluster();
  });
  after(async () => {
    await cluster?.stop();
    for (const pod of pods) await pod.kill();
  });

  beforeEach(async () => {
    await cluster.admin.apply([PERSISTENT, service(), podSlice(pods.slice(0, 2))]);
    await untilServed(cluster.limpet, "10.1.1.1 ready", "10.1.1.2 ready");
  });
  afterEach(() =>
    cluster.admin.run("delete", "ingress,service,endpointslice", "web", "web-ipv4", "web-ipv6", "--ignore-not-found"),
  );

  async function endpoints(...entries: readonly (SliceEntry | TestEndpoint)[]): Promise<void> {
    await cluster.admin.apply([podSlice(entries)]);
  }

  function untilStatus(status: number): Promise<void> {
    const { limpet } = cluster;
    return limpet.eventually(String(status), async () => (await limpet.send({ host: HOST })).status === status);
  }

  it("scaling out moves nobody, and new clients come to the new ones", async () => {
    const { limpet } = cluster;
    const sessions = await openSessions(limpet, HOST, 8);
    const load = new SessionLoad(limpet.httpPort, HOST, sessions);
    await endpoints(...pods);
    await untilServed(limpet, "10.1.1.1 ready", "10.1.1.2 ready", "10.1.1.3 ready", "10.1.1.4 ready");
    await limpet.eventually(
      "a client at a new endpoint",
      async () => (await limpet.send({ host: HOST })).endpoint > "pod-2",
    );
    await load.stop();
    assert.deepEqual(load.failed, []);
    assert.equal(load.moved, 0);
  });

  it("scaling in moves the sessions of what is gone, each with a new cookie, and no other", async () => {
    const { limpet } = cluster;
    await endpoints(...pods);
    await untilServed(limpet, "10.1.1.1 ready", "10.1.1.2 ready", "10.1.1.3 ready", "10.1.1.4 ready");
    const sessions = await openSessions(limpet, HOST, 24);
    await endpoints(pods[0], pods[1], pods[2]);
    await untilServed(limpet, "10.1.1.1 ready", "10.1.1.2 ready", "10.1.1.3 ready");
    for (const { cookie, endpoint } of sessions) {
      const reply = await limpet.send({ host: HOST, cookie });
      assert.equal(reply.status, 200);
      if (endpoint !== "pod-4") assert.deepEqual([reply.endpoint, reply.setCookies], [endpoint, []]);
      else assert.notEqual(cookieOf(reply), cookie);
    }
  });

  it("an endpoint that terminates and still serves keeps its sessions and gets no new ones", async () => {
    const { limpet } = cluster;
    const sessions = await openSessions(limpet, HOST, 16);
    const bound = sessions.filter(({ endpoint }) => endpoint === "pod-1");
    assert.ok(bound.length > 0, "somebody is at pod-1");
    await endpoints({ endpoint: pods[0], state: "draining" }, pods[1]);
    await untilServed(limpet, "10.1.1.1 draining", "10.1.1.2 ready");
    for (const { cookie } of bound) assert.equal((await limpet.send({ host: HOST, cookie })).endpoint, "pod-1");
    for (let i = 0; i < 20; i++) assert.equal((await limpet.send({ host: HOST })).endpoint, "pod-2");
    await endpoints(pods[1]);
    await untilServed(limpet, "10.1.1.2 ready");
    for (const { cookie } of bound) assert.equal((await limpet.send({ host: HOST, cookie })).endpoint, "pod-2");
  });

  it("an endpoint that is not ready gets nobody", async () => {
    const { limpet } = cluster;
    await endpoints({ endpoint: pods[0], state: "not-ready" }, pods[1]);
    await untilServed(limpet, "10.1.1.2 ready");
    for (let i = 0; i < 10; i++) assert.equal((await limpet.send({ host: HOST })).endpoint, "pod-2");
  });

  it("a pod with an address of each family counts once, and is served by the one that is left", async () => {
    const { limpet } = cluster;
    const pod6 = await startPod6(1);
    try {
      await cluster.admin.apply([podSlice([{ endpoint: { ...pod6, name: "pod-1" } }], "web", "ipv6")]);
      await endpoints(pods[0]);
      await untilServed(limpet, "10.1.1.1 ready");
      await endpoints();
      await untilServed(limpet, "[fd00:1::1] ready");
      assert.equal((await limpet.send({ host: HOST })).endpoint, "pod6-1");
    } finally {
      await pod6.kill();
    }
  });

  it("without an endpoint the answer is 503, and sessions are where they were when all are back", async () => {
    const { limpet } = cluster;
    const sessions = await openSessions(limpet, HOST, 8);
    await endpoints();
    await untilStatus(503);
    await endpoints(pods[0], pods[1]);
    await untilServed(limpet, "10.1.1.1 ready", "10.1.1.2 ready");
    for (const { cookie, endpoint } of sessions) {
      assert.equal((await limpet.send({ host: HOST, cookie })).endpoint, endpoint);
    }
  });

  it("without the Service the answer is 503, without the Ingress 404", async () => {
    const { admin } = cluster;
    await untilStatus(200);
    await admin.delete("service", "web");
    await untilStatus(503);
    await admin.delete("ingress", "web");
    await untilStatus(404);
  });
});

describe("a Service whose port changes", () => {
  let cluster: Cluster;
  let pods: TestEndpoint[];
  const status = async () => (await cluster.limpet.send({ host: HOST })).status;
  const until = (wanted: number) => cluster.limpet.eventually(String(wanted), async () => (await status()) === wanted);

  before(async () => {
    pods = await startPods(2);
    cluster = await startCluster();
    await cluster.admin.apply([PERSISTENT, service(), podSlice(pods)]);
    await until(200);
  });
  after(async () => {
    await cluster?.stop();
    for (const pod of pods) await pod.kill();
  });

  it("is found again once the Ingress names the new port", async () => {
    const { admin } = cluster;
    await admin.apply([servicePort(8000)]);
    await until(503);
    await admin.apply([ingress({ host: HOST, paths: [{ service: "web", port: 8000 }] })]);
    await until(200);
  });

  it("is found by its name whatever its number", async () => {
    const { admin } = cluster;
    await admin.apply([ingress({ host: HOST, paths: [{ service: "web", port: "http" }] })]);
    await until(200);
    await admin.apply([servicePort(9000, { name: "other" })]);
    await until(503);
    await admin.apply([servicePort(9001)]);
    await until(200);
  });

  it("follows the port of the EndpointSlice", async () => {
    const { admin } = cluster;
    const slice = podSlice(pods);
    await admin.apply([{ ...slice, ports: [{ name: "http", port: POD_PORT + 1, protocol: "TCP" }] }]);
    await until(502);
    await admin.apply([slice]);
    await until(200);
  });
});
