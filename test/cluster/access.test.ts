import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Cluster, startCluster } from "../support/cluster/cluster.ts";
import { LIMPET_ROLE } from "../support/cluster/limpet-account.ts";
import { podSlice, startPods } from "../support/cluster/pods.ts";
import type { TestEndpoint } from "../support/endpoints.ts";
import { ingress, service, sticky } from "../support/manifests.ts";
import { installedFlags, plainManifests } from "../support/plain-manifests.ts";

describe("Limpet's role", () => {
  let cluster: Cluster;
  let pods: TestEndpoint[];
  before(async () => {
    // Other flags would need other rights.
    cluster = await startCluster({ flags: installedFlags(plainManifests("limpet-as-nginx.yaml")) });
    pods = await startPods(1);
    await cluster.admin.apply([ingress({ host: "any.test", annotations: sticky() }), service(), podSlice(pods)]);
    await cluster.limpet.untilAnswered("any.test", 200);
  });
  after(async () => {
    await cluster?.stop();
    for (const pod of pods) await pod.kill();
  });

  it("is enough", () => {
    assert.doesNotMatch(cluster.limpet.log, /forbidden/i);
  });

  it("lets nobody change what it serves, nor read what it does not need", async () => {
    const { account } = cluster;
    assert.equal((await account.run("auth", "can-i", "list", "ingresses", "--all-namespaces")).trim(), "yes");
    for (const [verb, kind] of [
      ["update", "ingresses"],
      ["delete", "ingresses"],
      ["update", "services"],
      ["create", "secrets"],
      ["list", "pods"],
      ["create", "pods"],
      ["impersonate", "users"],
    ] as const) {
      await assert.rejects(account.run("auth", "can-i", verb, kind, "--all-namespaces"), verb);
    }
  });

  it("taken away and given back costs no request, and Limpet says what it lacks", async () => {
    const { admin, limpet } = cluster;
    await admin.delete("clusterrolebinding", LIMPET_ROLE);
    await admin.apply([ingress({ name: "later", host: "later.test" })]);
    await limpet.signal("SIGTERM");
    await limpet.run();
    await limpet.eventually("the complaint", async () => /forbidden/i.test(limpet.log));
    assert.equal((await limpet.send({ host: "any.test" })).status, 200);
    await admin.run(
      "create",
      "clusterrolebinding",
      LIMPET_ROLE,
      `--clusterrole=${LIMPET_ROLE}`,
      "--serviceaccount=limpet:limpet",
    );
    await cluster.limpet.untilAnswered("later.test", 200);
  });
});
