import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Cluster, startCluster } from "../support/cluster/cluster.ts";
import { LIMPET_PODS } from "../support/cluster/limpet-account.ts";
import { podSlice, startPods } from "../support/cluster/pods.ts";
import type { TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, service, sticky } from "../support/manifests.ts";

const ADDRESS = "192.0.2.1";
const NAMES = ["one", "two", "three"] as const;

interface LeaseSpec {
  readonly holderIdentity: string;
  readonly leaseDurationSeconds: number;
  readonly renewTime: string;
  readonly acquireTime: string;
  readonly leaseTransitions?: number;
}

describe("two replicas", () => {
  let cluster: Cluster;
  let second: Limpet;
  let pods: TestEndpoint[];
  before(async () => {
    pods = await startPods(1);
    const flags = ["--publish-status-address", ADDRESS];
    cluster = await startCluster({ flags });
    const { account, limpet } = cluster;
    await limpet.eventually("a leader", async () => (await lease()).holderIdentity.startsWith(LIMPET_PODS[0]));
    second = await Limpet.start([], { kubeconfig: account.kubeconfig, pod: LIMPET_PODS[1], flags });
    await apply(...NAMES);
  });
  after(async () => {
    await second?.stop();
    await cluster?.stop();
    for (const pod of pods ?? []) await pod.kill();
  });

  async function apply(...names: readonly string[]): Promise<void> {
    const objects = names.map((name) => ingress({ name, host: `${name}.test`, annotations: sticky() }));
    await cluster.admin.apply([...objects, service(), podSlice(pods)]);
  }

  async function lease(): Promise<LeaseSpec> {
    const text = await cluster.admin.run("get", "lease", "limpet-leader", "-n", "limpet", "-o", "json");
    return (JSON.parse(text) as { spec: LeaseSpec }).spec;
  }

  async function addressesOf(names: readonly string[]): Promise<string[]> {
    const path = "--output=jsonpath={.items[*].status.loadBalancer.ingress[*].ip}";
    const text = await cluster.admin.run("get", "ingress", ...names, path);
    return text.split(" ").filter((address) => address !== "");
  }

  /** Of the Ingresses: they stay as long as nobody writes anything. */
  function versions(): Promise<string> {
    return cluster.admin.run("get", "ingress", ...NAMES, "--output=jsonpath={.items[*].metadata.resourceVersion}");
  }

  async function untilAll(names: readonly string[]): Promise<void> {
    await second.eventually("every status", async () => (await addressesOf(names)).length === names.length);
    assert.deepEqual(
      await addressesOf(names),
      names.map(() => ADDRESS),
    );
  }

  /** The Ingresses whose status somebody wrote, one name a write. */
  async function written(): Promise<string[]> {
    const requests = await cluster.api.requests();
    return requests
      .filter(({ resource, status }) => resource === "ingresses/status" && status === 200)
      .map(({ name }) => name)
      .sort();
  }

  async function leaderGauge(limpet: Limpet): Promise<string | undefined> {
    const { body } = await limpet.admin("/metrics");
    return body.split("\n").find((line) => line.startsWith("limpet_leader "));
  }

  it("have one leader, which writes each status once", async () => {
    await untilAll(NAMES);
    assert.deepEqual(await written(), [...NAMES].sort());
    assert.equal(await leaderGauge(cluster.limpet), "limpet_leader 1");
    assert.equal(await leaderGauge(second), "limpet_leader 0");
  });

  it("have another leader soon after it was killed, and no status changes for it", async () => {
    const { limpet } = cluster;
    const before = await versions();
    await limpet.signal("SIGKILL");
    const killed = performance.now();
    const last = await lease();
    assert.match(last.holderIdentity, new RegExp(`^${LIMPET_PODS[0]}_`));
    const isAnother = async () => (await lease()).holderIdentity.startsWith(`${LIMPET_PODS[1]}_`);
    await second.eventually("another leader", isAnother, 60);
    const took = (performance.now() - killed) / 1000;
    console.log(
      `another leader ${took.toFixed(1)} s after the kill; the Lease is good for ${last.leaseDurationSeconds} s`,
    );
    const next = await lease();
    const free = Date.parse(last.renewTime) + last.leaseDurationSeconds * 1000;
    assert.ok(Date.parse(next.acquireTime) >= free, "never two leaders: the Lease has run out first");
    assert.equal((next.leaseTransitions ?? 0) - (last.leaseTransitions ?? 0), 1);
    await second.eventually("its gauge", async () => (await leaderGauge(second)) === "limpet_leader 1");
    await apply("four");
    await untilAll([...NAMES, "four"]);
    assert.deepEqual(await written(), ["four", ...NAMES].sort());
    assert.equal(await versions(), before);
  });

  it("leave everything to the second when the first is back", async () => {
    const { limpet } = cluster;
    const before = await written();
    await limpet.run();
    await apply("five");
    await untilAll([...NAMES, "four", "five"]);
    assert.deepEqual(await written(), [...before, "five"].sort());
    assert.equal(await leaderGauge(limpet), "limpet_leader 0");
  });

  it("end one after the other: the last one takes the addresses out", async () => {
    const { admin, limpet } = cluster;
    const all = [...NAMES, "four", "five"];
    await second.signal("SIGTERM");
    await admin.delete("pod", LIMPET_PODS[1], "limpet");
    assert.deepEqual((await addressesOf(all)).length, all.length);
    await limpet.eventually("its turn", async () => (await leaderGauge(limpet)) === "limpet_leader 1", 30);
    assert.deepEqual((await addressesOf(all)).length, all.length);
    await limpet.signal("SIGTERM");
    assert.deepEqual(await addressesOf(all), []);
  });
});
