import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { type Cluster, startCluster } from "../support/cluster/cluster.ts";
import { podSlice, startPods } from "../support/cluster/pods.ts";
import type { TestEndpoint } from "../support/endpoints.ts";
import { ingress, service, sticky } from "../support/manifests.ts";
import { printRow } from "../support/row.ts";
import { openSessions, type Session, SessionLoad } from "../support/session-load.ts";

const HOST = "sticky.test";
const AWAY_SECONDS = 20;
/** What is read to be served. */
const KINDS = ["endpointslices", "ingressclasses", "ingresses", "secrets", "services"];
/** So that the addresses in statuses need no list of pods, to which the installed rights do not reach either. */
const PUBLISHED = ["--publish-status-address", "192.0.2.1"];
const INGRESS = ingress({ host: HOST, annotations: sticky({ "affinity-mode": "persistent" }) });

describe("an API server that was away and has no history any more", () => {
  let cluster: Cluster;
  let pods: TestEndpoint[];
  let sessions: Session[];

  before(async () => {
    pods = await startPods(4);
    cluster = await startCluster({ workers: 2, flags: PUBLISHED });
    await cluster.admin.apply([INGRESS, service(), podSlice(pods)]);
    await cluster.limpet.untilAnswered(HOST, 200, 40);
    sessions = await openSessions(cluster.limpet, HOST, 16);
  });
  after(async () => {
    await cluster?.stop();
    for (const pod of pods ?? []) await pod.kill();
  });

  /** How many kinds the controller follows just now, of those that it reads. */
  async function followed(): Promise<number> {
    const { body } = await cluster.limpet.admin("/metrics");
    return body.split("\n").filter((line) => /^limpet_source_connected\{.*\} 1$/.test(line)).length;
  }

  function untilFollowed(count: number): Promise<void> {
    return cluster.limpet.eventually(`${count} kinds`, async () => (await followed()) === count, 40);
  }

  /** What Limpet has listed so far, one name a list. */
  async function lists(): Promise<string[]> {
    const requests = await cluster.api.requests();
    return requests.filter(({ verb, status }) => verb === "list" && status === 200).map(({ resource }) => resource);
  }

  async function listsSince(before: number): Promise<string[]> {
    return (await lists()).slice(before).sort();
  }

  it("costs no request and moves no session, and one list a kind brings everything up to date", async () => {
    const { admin, api, limpet } = cluster;
    await untilFollowed(KINDS.length);
    const before = (await lists()).length;
    const load = new SessionLoad(limpet.httpPort, HOST, sessions);
    await api.halt();
    await untilFollowed(0);
    await pause(AWAY_SECONDS * 1000);
    await api.forgetHistory();
    await api.resume();
    await admin.apply([ingress({ name: "new", host: "new.test" })]);
    await cluster.limpet.untilAnswered("new.test", 200, 40);
    await untilFollowed(KINDS.length);
    await limpet.eventually("all lists", async () => (await listsSince(before)).length >= KINDS.length, 40);
    await load.stop();
    const row = `13 (${AWAY_SECONDS} s away, ${load.requests} requests)`;
    printRow({ row, lost: load.failed.length, moved: load.moved, duplicated: 0, p99: load.p99() });
    assert.deepEqual([load.failed, load.moved], [[], 0]);
    assert.deepEqual(await listsSince(before), KINDS);
  });

  it("is not the same as one that says that an Ingress is gone: the control", async () => {
    const { admin, limpet } = cluster;
    const load = new SessionLoad(limpet.httpPort, HOST, sessions);
    await admin.delete("ingress", "web");
    await cluster.limpet.untilAnswered(HOST, 404, 40);
    await admin.apply([INGRESS]);
    await cluster.limpet.untilAnswered(HOST, 200, 40);
    await load.stop();
    assert.ok(load.failed.includes("404"));
    assert.equal(load.moved, 0);
  });

  it("keeps no data plane from starting with what was served last", async () => {
    const { api, limpet } = cluster;
    await api.halt();
    await limpet.signal("SIGTERM");
    const start = performance.now();
    const running = limpet.run();
    await limpet.eventually("the first answer", async () => (await limpet.send({ host: HOST })).status === 200);
    const took = performance.now() - start;
    let lost = 0;
    let moved = 0;
    for (const { cookie, endpoint } of sessions) {
      const reply = await limpet.send({ host: HOST, cookie });
      if (reply.status !== 200) lost++;
      else if (reply.endpoint !== endpoint) moved++;
    }
    printRow({
      row: "12 (the time is from the start of the process to the first 200)",
      lost,
      moved,
      duplicated: 0,
      p99: took,
    });
    assert.deepEqual([lost, moved], [0, 0]);
    await running;
  });

  it("does keep one from it that has nothing stored: the control", async () => {
    const { api, limpet } = cluster;
    await limpet.signal("SIGTERM");
    await rm(join(limpet.state, "snapshot.journal"));
    const running = limpet.run();
    await limpet.eventually("word of the outage", async () => {
      return (await limpet.admin("/readyz")).body.includes("cannot be reached");
    });
    assert.equal((await limpet.admin("/readyz")).status, 503);
    assert.notEqual((await limpet.send({ host: HOST })).status, 200);
    await api.resume();
    await running;
    await cluster.limpet.untilAnswered(HOST, 200, 40);
  });
});
