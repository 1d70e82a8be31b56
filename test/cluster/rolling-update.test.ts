import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { type Cluster, startCluster } from "../support/cluster/cluster.ts";
import { POD_PORT, podSlice, startPod } from "../support/cluster/pods.ts";
import type { TestEndpoint } from "../support/endpoints.ts";
import { ingress, type SliceEntry, service, sticky } from "../support/manifests.ts";
import { podOfRevision } from "../support/pod-names.ts";
import { printRow } from "../support/row.ts";
import { openSessions, type Session, SessionLoad } from "../support/session-load.ts";

const HOST = "sticky.test";

/** What a pod is called. @param pod from 1 on */
type NameOf = (pod: number) => string;

function nameOf(entry: SliceEntry | TestEndpoint): string {
  return "endpoint" in entry ? entry.endpoint.name : entry.name;
}

describe("pods that are replaced under load", () => {
  let cluster: Cluster;
  let pods: TestEndpoint[] = [];
  before(async () => {
    // There is one replica: nobody else has to hear of a pod.
    cluster = await startCluster({ workers: 2, flags: ["--join-delay", "100"] });
  });
  after(() => cluster?.stop());
  afterEach(async () => {
    await Promise.all(pods.map((pod) => pod.kill()));
    await cluster.admin.run("delete", "ingress,service,endpointslice", "--all");
  });

  /** Makes these the endpoints, and resolves once they are what is served. */
  async function endpoints(...entries: readonly (SliceEntry | TestEndpoint)[]): Promise<void> {
    await cluster.admin.apply([podSlice(entries)]);
    const serving = entries.filter((entry) => !("endpoint" in entry) || entry.state !== "not-ready");
    const wanted = serving
      .map((entry) => {
        const { endpoint, state = "ready" } = "endpoint" in entry ? entry : { endpoint: entry };
        return `${endpoint.address}:${POD_PORT} ${state}`;
      })
      .sort()
      .join();
    await cluster.limpet.eventually(entries.map(nameOf).join(), async () => (await served()) === wanted);
  }

  async function served(): Promise<string> {
    const { backends } = JSON.parse((await cluster.limpet.admin("/api/v1/snapshot")).body) as {
      backends: { endpoints: { endpoint: string; state: string }[] }[];
    };
    const all = backends[0]?.endpoints ?? [];
    return all
      .map(({ endpoint, state }) => `${endpoint} ${state}`)
      .sort()
      .join();
  }

  function start(from: number, count: number, nameOf: NameOf): Promise<TestEndpoint[]> {
    return Promise.all(Array.from({ length: count }, (_, i) => startPod(from + i, undefined, nameOf(from + i))));
  }

  async function serve(count: number, nameOf: NameOf = (pod) => `pod-${pod}`): Promise<void> {
    pods = await start(1, count, nameOf);
    const object = ingress({ host: HOST, annotations: sticky({ "affinity-mode": "persistent" }) });
    await cluster.admin.apply([object, service()]);
    await endpoints(...pods);
  }

  /** How many of so many new clients come to a pod. */
  async function newcomersTo(name: string, clients: number): Promise<number> {
    const sessions = await openSessions(cluster.limpet, HOST, clients);
    return sessions.filter(({ endpoint }) => endpoint === name).length;
  }

  function print(row: string, load: SessionLoad): void {
    printRow({ row, lost: load.failed.length, moved: load.moved, duplicated: 0, p99: load.p99() });
  }

  it("a pod that terminates and still serves keeps every session for as long, and gets no new one", async () => {
    await serve(4);
    const { limpet } = cluster;
    const [leaving, ...staying] = pods as [TestEndpoint, ...TestEndpoint[]];
    const sessions = (await openSessions(limpet, HOST, 60)).filter(({ endpoint }) => endpoint === leaving.name);
    assert.ok(sessions.length > 0, "somebody is there");
    const load = new SessionLoad(limpet.httpPort, HOST, sessions);
    await endpoints({ endpoint: leaving, state: "draining" }, ...staying);
    const before = load.requests;
    let newcomers = 0;
    for (const until = Date.now() + 5000; Date.now() < until; ) {
      newcomers += await newcomersTo(leaving.name, 20);
      await pause(100);
    }
    await load.stop();
    print(`6 (5 s, ${sessions.length} sessions, ${load.requests} requests, ${newcomers} new ones)`, load);
    assert.ok(load.requests > before);
    assert.deepEqual([load.failed, load.moved, newcomers], [[], 0, 0]);
  });

  it("a pod that terminates and serves no more loses them all, and one that is ready gets new ones: the controls", async () => {
    await serve(4);
    const { limpet } = cluster;
    const [leaving, ...staying] = pods as [TestEndpoint, ...TestEndpoint[]];
    assert.ok((await newcomersTo(leaving.name, 40)) > 0);
    const sessions = (await openSessions(limpet, HOST, 60)).filter(({ endpoint }) => endpoint === leaving.name);
    await endpoints({ endpoint: leaving, state: "not-ready" }, ...staying);
    for (const { cookie } of sessions) {
      assert.notEqual((await limpet.send({ host: HOST, cookie })).endpoint, leaving.name);
    }
  });

  /** Replaces all pods one after another, as a Deployment does with maxSurge 1: ready, then terminating, then gone. */
  async function replaceAll(load: SessionLoad, drains: boolean, nameOf: NameOf = (pod) => `pod-${pod}`): Promise<void> {
    const count = pods.length;
    for (let i = 0; i < count; i++) {
      const [fresh] = (await start(count + i + 1, 1, nameOf)) as [TestEndpoint];
      const [oldest, ...others] = pods as [TestEndpoint, ...TestEndpoint[]];
      await endpoints(...pods, fresh);
      if (drains) {
        await endpoints({ endpoint: oldest, state: "draining" }, ...others, fresh);
        await endpoints(...others, fresh);
        // A pod finishes what it has begun before it ends.
        await load.answered();
      }
      pods = [...others, fresh];
      await oldest.kill();
      if (!drains) await endpoints(...pods);
    }
  }

  function roam(sessions: readonly Session[]): SessionLoad {
    return new SessionLoad(cluster.limpet.httpPort, HOST, sessions, { followsMoves: true });
  }

  /** Replaces all pods, and gives how often a session moved. */
  async function rollOut(count: number, nameOf: NameOf): Promise<number> {
    await serve(count, nameOf);
    const sessions = await openSessions(cluster.limpet, HOST, 40);
    const load = roam(sessions);
    await replaceAll(load, true, nameOf);
    await load.stop();
    const moves = load.moved / sessions.length;
    const what = `${sessions.length} sessions, ${load.requests} requests, ${moves.toFixed(2)} moves a session`;
    print(`7 (${count} pods, ${what})`, load);
    assert.deepEqual(load.failed, []);
    assert.ok(moves >= 1, "every session has had to move");
    return moves;
  }

  it("all of them, one after another, cost no request, and every session moves once", async () => {
    const moves = await rollOut(100, (pod) => podOfRevision(pod <= 100 ? 1 : 2, pod));
    assert.ok(moves <= 1.05, `${moves}`);
  });

  it("move sessions more often when their names do not tell which are new: the control", async () => {
    const moves = await rollOut(20, (pod) => `pod-${pod}`);
    assert.ok(moves > 1.2, `${moves}`);
  });

  it("cost requests when they end before anybody hears of it: the control", async () => {
    await serve(4);
    const load = roam(await openSessions(cluster.limpet, HOST, 16));
    await replaceAll(load, false);
    await load.stop();
    print("7 (pods that are killed first)", load);
    assert.ok(load.failed.length > 0);
  });
});
