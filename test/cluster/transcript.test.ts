import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { type Cluster, startCluster } from "../support/cluster/cluster.ts";
import { podSlice, startPods } from "../support/cluster/pods.ts";
import type { TestEndpoint } from "../support/endpoints.ts";

const HOST = "sticky.example.com";

function example(name: string): string {
  return fileURLToPath(new URL(`../../examples/cluster/${name}`, import.meta.url));
}

/** The guide's own steps, docs/guide/sticky-sessions.md, with its own files. */
describe("the guide to sticky sessions", () => {
  let cluster: Cluster;
  let pods: TestEndpoint[];

  before(async () => {
    pods = await startPods(3);
    cluster = await startCluster();
    const { admin } = cluster;
    await admin.run("create", "-f", example("ingress-class.yaml"));
    await admin.run("create", "-f", example("application.yaml"));
    // There are no nodes here: what would come of the Deployment runs already.
    await admin.apply([podSlice(pods, "nginx-service")]);
    assert.equal(
      (await admin.run("create", "-f", example("ingress.yaml"))).trim(),
      "ingress.networking.k8s.io/nginx-test created",
    );
    await cluster.limpet.eventually("the Ingress", async () => {
      return (await cluster.limpet.send({ host: HOST })).status === 200;
    });
  });

  after(async () => {
    await cluster?.stop();
    for (const pod of pods) await pod.kill();
  });

  it("shows host, path, backends and all twelve annotations", async () => {
    const shown = await cluster.admin.run("describe", "ing", "nginx-test");
    assert.match(shown, /^Name: +nginx-test$/m);
    assert.match(shown, /^Ingress Class: +nginx$/m);
    assert.match(shown, /^ +sticky\.example\.com/m);
    assert.match(shown, /^ +\/ +nginx-service:80 \(10\.1\.1\.1:8080,10\.1\.1\.2:8080,10\.1\.1\.3:8080\)$/m);
    assert.match(shown, /nginx\.ingress\.kubernetes\.io\/affinity: cookie$/m);
    assert.equal(shown.match(/nginx\.ingress\.kubernetes\.io\//g)?.length, 12);
  });

  it("gets a cookie with its attributes, which sticks when it is sent back", async () => {
    const { limpet } = cluster;
    const first = await limpet.send({ host: HOST, method: "HEAD" });
    assert.equal(first.status, 200);
    const [line = "", ...more] = first.setCookies;
    assert.deepEqual(more, []);
    const attributes = line.replace(/=[^;]*/, "=…").replace(/Expires=[^;]*/, "Expires=…");
    assert.equal(
      attributes,
      "INGRESSCOOKIE=…; Expires=…; Max-Age=172800; Domain=sticky.example.com; Path=/; HttpOnly; SameSite=Lax",
    );
    const cookie = line.slice(0, line.indexOf(";"));
    for (let i = 0; i < 10; i++) {
      const again = await limpet.send({ host: HOST, cookie });
      assert.equal(again.endpoint, first.endpoint);
      assert.deepEqual(again.setCookies, []);
    }
  });

  it("replaces a cookie that names no endpoint", async () => {
    const reply = await cluster.limpet.send({ host: HOST, cookie: "INGRESSCOOKIE=nobody" });
    assert.equal(reply.status, 200);
    assert.match(reply.setCookies[0] ?? "", /^INGRESSCOOKIE=/);
  });
});
