import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { main } from "../../src/cli/main.ts";
import { ApiEmulator } from "../support/api-emulator/api-emulator.ts";
import type { JsonObject } from "../support/api-emulator/api-object.ts";
import { startEndpoints, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, service, slices, sticky } from "../support/manifests.ts";

const HOST = "sticky.test";
const CLASS = {
  apiVersion: "networking.k8s.io/v1",
  kind: "IngressClass",
  metadata: { name: "nginx" },
  spec: { controller: "k8s.io/ingress-nginx" },
};

describe("limpet in a cluster", () => {
  let folder: string;
  let api: ApiEmulator;
  let endpoints: TestEndpoint[];
  let kubeconfig: string;
  let limpet: Limpet;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "limpet-test-"));
    api = await ApiEmulator.start({ tls: true, tokens: ["token"] });
    kubeconfig = await api.kubeconfig(folder, { namespace: "limpet" });
    endpoints = await startEndpoints(3);
    apply(
      CLASS,
      ingress({ host: HOST, annotations: sticky({ "affinity-mode": "persistent" }) }),
      service(),
      ...slices(endpoints),
    );
    limpet = await Limpet.start([], { kubeconfig });
  });

  after(async () => {
    await limpet.stop();
    await api.stop();
    await Promise.all(endpoints.map((endpoint) => endpoint.kill()));
    await rm(folder, { recursive: true });
  });

  function apply(...objects: readonly object[]): void {
    for (const object of objects) api.apply(object as JsonObject);
  }

  /** The Secret's entries, base64. */
  function keys(): Readonly<Record<string, string>> {
    const secret = api.get("secrets", "limpet", "limpet-keys") as
      | { readonly data?: Record<string, string> }
      | undefined;
    return secret?.data ?? {};
  }

  async function check(): Promise<{ readonly status: number; readonly out: string }> {
    let out = "";
    const print = (text: string) => {
      out += text;
    };
    const status = await main(["check", "--kubeconfig", kubeconfig], { out: print, err: print });
    return { status, out };
  }

  /** A new session's cookie, and the endpoint that it leads to. */
  async function session(): Promise<{ readonly cookie: string; readonly endpoint: string }> {
    const { setCookies, endpoint } = await limpet.send({ host: HOST });
    return { cookie: (setCookies[0] ?? "").split(";")[0] as string, endpoint };
  }

  async function connected(): Promise<string[]> {
    const { body } = await limpet.admin("/metrics");
    return body.split("\n").filter((line) => line.startsWith("limpet_source_connected{"));
  }

  it("serves its Ingresses, keeps sessions, and shares its key in a Secret", async () => {
    const { cookie, endpoint } = await session();
    assert.equal((await limpet.send({ host: HOST, cookie })).endpoint, endpoint);
    assert.equal(Buffer.from(keys().current ?? "", "base64").length, 32);
    assert.equal((await connected()).filter((line) => line.endsWith(" 1")).length, 5);
  });

  it("pushes nothing for an object that nobody uses, and a change at once", async () => {
    const generation = await limpet.generation();
    apply(service("unused"), { ...service("web"), status: { loadBalancer: { ingress: [{ ip: "10.0.0.9" }] } } });
    // What comes after them on the same watch has been served: so they have been looked at.
    apply(service("other"), ingress({ name: "other", host: "other.test", paths: [{ service: "other" }] }));
    await limpet.eventually("the other host", async () => (await limpet.send({ host: "other.test" })).status === 503);
    const pushes = (await limpet.generation()) - generation;
    assert.ok(pushes === 1 || pushes === 2, `${pushes} pushes for one Ingress and its Service`);
  });

  it("takes a rotation of the key up while it runs: sessions stay, and get the new cookie", async () => {
    const { cookie, endpoint } = await session();
    const generation = await limpet.generation();
    const current = randomBytes(32).toString("base64");
    const metadata = { name: "limpet-keys", namespace: "limpet" };
    apply({ apiVersion: "v1", kind: "Secret", metadata, data: { current, former: keys().current } });
    await limpet.eventually("the new key", async () => (await limpet.generation()) > generation);
    const rotated = await limpet.send({ host: HOST, cookie });
    assert.equal(rotated.endpoint, endpoint);
    const renewed = (rotated.setCookies[0] ?? "").split(";")[0] as string;
    assert.notEqual(renewed, "");
    assert.notEqual(renewed, cookie);
    const again = await limpet.send({ host: HOST, cookie: renewed });
    assert.deepEqual([again.endpoint, again.setCookies], [endpoint, []]);
  });

  it("serves on, stays ready and says so while the API server is away; starts without it; catches up", async () => {
    const { cookie, endpoint } = await session();
    await api.stopListening();
    await limpet.eventually("the loss", async () => (await connected()).every((line) => line.endsWith(" 0")));
    assert.equal((await limpet.admin("/readyz")).status, 200);
    await limpet.signal("SIGTERM");
    await limpet.run();
    assert.match((await limpet.admin("/readyz")).body, /ready with the last good Snapshot/);
    assert.equal((await limpet.send({ host: HOST, cookie })).endpoint, endpoint);
    await api.listenAgain();
    await limpet.eventually("the cluster", async () => (await limpet.admin("/readyz")).body.trim() === "ready");
    assert.equal((await limpet.send({ host: HOST, cookie })).endpoint, endpoint);
  });

  it("can be checked: every Ingress left alone is named, with the reason", async () => {
    apply(
      { ...ingress({ name: "theirs", host: "theirs.test" }), spec: { ingressClassName: "theirs" } },
      { ...CLASS, metadata: { name: "theirs" }, spec: { controller: "example.com/other" } },
      { ...ingress({ name: "broken", host: "broken.test", annotations: { affinty: "cookie" } }) },
    );
    const { status, out } = await check();
    assert.equal(status, 1);
    assert.match(out, /^Ingress default\/theirs is not ours: IngressClass theirs belongs to the controller example/m);
    assert.match(out, /warning: Ingress default\/broken: .*\[annotation\/unknown\]/);
    assert.equal(api.list("secrets").length, 1);
    await api.stopListening();
    const failed = await check();
    assert.equal(failed.status, 1);
    assert.match(failed.out, /^limpet: The API server https:.* cannot be reached \(ECONNREFUSED\): check that it runs/);
    await api.listenAgain();
  });
});
