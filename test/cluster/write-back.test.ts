import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Cluster, startCluster } from "../support/cluster/cluster.ts";
import { ingress, service } from "../support/manifests.ts";

/** What Limpet writes to a real API server, with the rights of its role and no more. */
describe("what is written back to a real cluster", () => {
  let cluster: Cluster;

  before(async () => {
    cluster = await startCluster({ flags: ["--publish-status-address", "192.0.2.1,lb.example.com"] });
  });

  after(async () => {
    await cluster?.stop();
  });

  /** What `kubectl get` prints of an object's fields. */
  function field(kind: string, name: string, path: string, namespace = "default"): Promise<string> {
    return cluster.admin.run("get", kind, name, "-n", namespace, "-o", `jsonpath={${path}}`);
  }

  function addresses(): Promise<string> {
    return field("ing", "web", ".status.loadBalancer.ingress");
  }

  it("kubectl shows the address of an Ingress and what is to be said of it", async () => {
    const annotations = { "session-cookie-max-age": "1h" };
    await cluster.admin.apply([ingress({ name: "web", host: "web.test", annotations }), service()]);
    await cluster.limpet.eventually("four events", async () => {
      const shown = await cluster.admin.run("describe", "ing", "web");
      return ["CREATE", "Sync", "AffinityNoEffect"].every((reason) => shown.includes(reason));
    });
    assert.match(await cluster.admin.run("get", "ing", "web"), / 192\.0\.2\.1,lb\.example\.com /);
    const shown = await cluster.admin.run("describe", "ing", "web");
    assert.match(shown, /^ +Normal +CREATE +\S+ +limpet +default\/web$/m);
    assert.match(shown, /^ +Normal +Sync +\S+ +limpet +The newest version is being served$/m);
    assert.match(shown, /^ +Warning +AffinityNoEffect +\S+ +limpet +metadata\.annotations/m);
  });

  it("counts an event up that happens again", async () => {
    await cluster.admin.apply([ingress({ name: "web", host: "other.test" })]);
    await cluster.limpet.eventually("the event", async () => {
      return (await cluster.admin.run("describe", "ing", "web")).includes("UPDATE");
    });
    await cluster.admin.apply([ingress({ name: "web", host: "third.test" })]);
    const named = ["--field-selector", "involvedObject.name=web,reason=UPDATE"];
    const event = (await cluster.admin.run("get", "events", ...named, "-o", "name")).trim();
    await cluster.admin.run("wait", event, "--for=jsonpath={.count}=2", "--timeout=60s");
    const shown = await cluster.admin.run("describe", "ing", "web");
    assert.match(shown, /^ +Normal +UPDATE +\S+ \(x2 over \S+\) +limpet +default\/web$/m);
  });

  it("puts a status back that somebody wipes", async () => {
    const before = await addresses();
    const patch = '{"status":{"loadBalancer":null}}';
    await cluster.admin.run("patch", "ing", "web", "--subresource=status", "--type=merge", "-p", patch);
    await cluster.limpet.eventually("the status", async () => (await addresses()) === before);
  });

  it("holds the Lease, and takes its addresses out and lets go of it at the end", async () => {
    assert.match(await field("lease", "limpet-leader", ".spec.holderIdentity", "limpet"), /^limpet-a_/);
    await cluster.admin.run("delete", "pod", "limpet-b", "-n", "limpet", "--force", "--grace-period=0");
    await cluster.limpet.signal("SIGTERM");
    assert.equal(await addresses(), "");
    assert.equal(await field("lease", "limpet-leader", ".spec.holderIdentity", "limpet"), "");
  });
});
