import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Cluster, startCluster } from "../support/cluster/cluster.ts";
import { LIMPET_PODS } from "../support/cluster/limpet-account.ts";
import { podSlice, startPods } from "../support/cluster/pods.ts";
import type { TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, service, sticky } from "../support/manifests.ts";

const ADDRESSES = ["192.0.2.1", "192.0.2.2"];

describe("what Limpet writes back to the cluster", () => {
  let cluster: Cluster;
  let pods: TestEndpoint[];
  before(async () => {
    cluster = await startCluster({ flags: ["--publish-status-address", ADDRESSES.join()] });
    pods = await startPods(1);
    await cluster.admin.apply([ingress({ annotations: sticky() }), service(), podSlice(pods)]);
  });
  after(async () => {
    await cluster?.stop();
    for (const pod of pods) await pod.kill();
  });

  async function statusOf(name: string): Promise<string> {
    return cluster.admin.run("get", "ingress", name, "--output=jsonpath={.status.loadBalancer.ingress[*].ip}");
  }

  async function eventsOf(name: string): Promise<string[]> {
    const format = '--output=jsonpath={range .items[*]}{.type} {.reason} {.source.component} {.message}{"\\n"}{end}';
    const events = await cluster.admin.run("get", "events", `--field-selector=involvedObject.name=${name}`, format);
    return events.split("\n").filter((line) => line !== "");
  }

  it("the address of every Ingress that is ours, again when somebody wipes it", async () => {
    const { admin, limpet } = cluster;
    const isThere = async () => (await statusOf("web")) === ADDRESSES.join(" ");
    await limpet.eventually("the status", isThere);
    await admin.run("patch", "ingress", "web", "--subresource=status", "--type=merge", '--patch={"status":null}');
    await limpet.eventually("the status again", isThere);
  });

  it("no address of an Ingress that is another's", async () => {
    const { admin, limpet } = cluster;
    const { spec, ...rest } = ingress({ name: "theirs", host: "theirs.test" });
    await admin.apply([{ ...rest, spec: { ...(spec as object), ingressClassName: "theirs" } }]);
    await admin.apply([ingress({ name: "ours", host: "ours.test" })]);
    await limpet.eventually("the status of ours", async () => (await statusOf("ours")) === ADDRESSES.join(" "));
    assert.equal(await statusOf("theirs"), "");
    assert.deepEqual(await eventsOf("theirs"), []);
  });

  it("an event for what it took up, and one Warning a Problem", async () => {
    const { admin, limpet } = cluster;
    const annotations = sticky({ "session-cookie-max-age": "1h" });
    await admin.apply([ingress({ name: "wrong", host: "wrong.test", annotations })]);
    const warnings = async () => (await eventsOf("wrong")).filter((line) => line.startsWith("Warning "));
    await limpet.eventually("the Warning", async () => (await warnings()).length > 0);
    assert.ok((await eventsOf("wrong")).includes("Normal CREATE limpet default/wrong"));
    const [warning, ...more] = await warnings();
    assert.match(warning ?? "", / limpet .*session-cookie-max-age/);
    assert.deepEqual(more, []);
  });

  it("once, however many replicas there are: the others wait until the leader is gone", async () => {
    const { account, admin, limpet } = cluster;
    const flags = ["--publish-status-address", "192.0.2.9"];
    const holder = () => account.run("get", "lease", "limpet-leader", "--output=jsonpath={.spec.holderIdentity}");
    const first = await holder();
    const second = await Limpet.start([], { kubeconfig: account.kubeconfig, pod: LIMPET_PODS[1], flags });
    try {
      await admin.apply([ingress({ name: "shared", host: "shared.test" })]);
      await limpet.eventually("the leader's status", async () => (await statusOf("shared")) === ADDRESSES.join(" "));
      assert.equal(await holder(), first);
      await limpet.signal("SIGTERM");
      await admin.delete("pod", LIMPET_PODS[0], "limpet");
      assert.equal(await statusOf("shared"), ADDRESSES.join(" "), "one of several leaves it");
      await second.eventually("another leader", async () => (await holder()) !== first);
      await second.eventually("its status", async () => (await statusOf("shared")) === "192.0.2.9");
    } finally {
      await second.stop();
    }
    assert.equal(await statusOf("shared"), "", "the last one clears it");
  });
});
