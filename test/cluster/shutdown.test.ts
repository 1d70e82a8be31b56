import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Cluster, startCluster } from "../support/cluster/cluster.ts";
import { LIMPET_PODS } from "../support/cluster/limpet-account.ts";
import { podSlice, startPod } from "../support/cluster/pods.ts";
import type { TestEndpoint } from "../support/endpoints.ts";
import { ingress, service, sticky } from "../support/manifests.ts";

const HOST = "slow.test";

describe("SIGTERM in a cluster", () => {
  const arrived = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  let cluster: Cluster;
  let pod: TestEndpoint;

  before(async () => {
    pod = await startPod(1, ({ url }, response) => {
      if (url !== "/slow") return response.end("quick\n");
      arrived.resolve();
      void release.promise.then(() => response.end("done\n"));
    });
    cluster = await startCluster({ flags: ["--publish-status-address", "192.0.2.1", "--shutdown-delay", "10"] });
    await cluster.admin.apply([ingress({ host: HOST, annotations: sticky() }), service(), podSlice([pod])]);
    await cluster.limpet.eventually("the address", async () => (await addresses()) === "192.0.2.1");
    // This one is the last.
    await cluster.admin.delete("pod", LIMPET_PODS[1], "limpet");
  });
  after(async () => {
    release.resolve();
    await cluster?.stop();
    await pod?.kill();
  });

  function addresses(): Promise<string> {
    return cluster.admin.run("get", "ingress", "web", "--output=jsonpath={.status.loadBalancer.ingress[*].ip}");
  }

  function holder(): Promise<string> {
    const path = "--output=jsonpath={.spec.holderIdentity}";
    return cluster.admin.run("get", "lease", "limpet-leader", "-n", "limpet", path);
  }

  async function accepts(): Promise<boolean> {
    return cluster.limpet.send({ host: HOST }).then(
      () => true,
      () => false,
    );
  }

  it("is not ready from then on, serves those who have not heard of it, finishes what it has begun, and is gone", async () => {
    const { limpet } = cluster;
    await limpet.eventually("the route", async () => (await limpet.send({ host: HOST })).status === 200);
    const running = limpet.send({ host: HOST, path: "/slow" });
    await arrived.promise;
    assert.equal((await limpet.admin("/readyz")).status, 200);
    const ended = limpet.signal("SIGTERM");
    await limpet.eventually("not ready", async () => (await limpet.admin("/readyz")).status === 503);
    assert.match((await limpet.admin("/readyz")).body, /stopping/);
    // Whoever still comes is served, and with what is newest.
    assert.equal((await limpet.send({ host: HOST })).status, 200);
    await cluster.admin.apply([ingress({ name: "late", host: "late.test" })]);
    await limpet.eventually("a change", async () => (await limpet.send({ host: "late.test" })).status === 200);
    // While the request is still being answered.
    await limpet.eventually("an empty status", async () => (await addresses()) === "");
    await limpet.eventually("a free Lease", async () => (await holder()) === "");
    await limpet.eventually("no new connections", async () => !(await accepts()));
    release.resolve();
    assert.equal((await running).body, "done\n");
    assert.equal(await ended, 0);
  });
});
