import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { CHART } from "../../scripts/render-manifests.ts";
import { ApiServer } from "../support/cluster/api-server.ts";
import { helm } from "../support/cluster/helm.ts";
import { podSlice, startPods } from "../support/cluster/pods.ts";
import type { TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, type Manifest, service, sticky } from "../support/manifests.ts";
import { type Installed, installedFlags } from "../support/plain-manifests.ts";

const HOST = "shop.test";
const POD = "limpet-a";
const THEIR_ADDRESS = "192.0.2.20";

const INGRESS_NGINX: readonly Manifest[] = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "ingress-nginx" } },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "ingress-nginx-controller", namespace: "ingress-nginx" },
    spec: { type: "LoadBalancer", ports: [{ name: "http", port: 80, targetPort: "http" }] },
  },
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "IngressClass",
    metadata: { name: "nginx" },
    spec: { controller: "k8s.io/ingress-nginx" },
  },
];

/** The steps of docs/guide/install.md, "In the place of ingress-nginx", in their order. */
describe("the guide to taking over from ingress-nginx", () => {
  let api: ApiServer;
  let pods: TestEndpoint[];
  let limpet: Limpet;
  /** A client's, since the days when both served. */
  let cookie = "";
  let endpoint: string | undefined;

  before(async () => {
    pods = await startPods(2);
    api = await ApiServer.start();
    const { admin } = api;
    await admin.apply(INGRESS_NGINX, "");
    const status = { loadBalancer: { ingress: [{ ip: THEIR_ADDRESS }] } };
    await patchStatus("service", "ingress-nginx-controller", "ingress-nginx", status);
    const object = ingress({ name: "shop", host: HOST, annotations: sticky({ "affinity-mode": "persistent" }) });
    await admin.apply([object, service(), podSlice(pods)]);
  });
  after(async () => {
    await limpet?.stop();
    await api?.stop();
    for (const pod of pods ?? []) await pod.kill();
  });

  async function patchStatus(kind: string, name: string, namespace: string, status: Manifest): Promise<void> {
    const patch = JSON.stringify({ status });
    await api.admin.run("patch", kind, name, "-n", namespace, "--subresource=status", "-p", patch);
  }

  /** What would become of the Deployment on a node: a Limpet with the flags that it has now. */
  async function rollOut(): Promise<void> {
    await limpet?.stop();
    const text = await api.admin.run("get", "deployment/limpet", "-n", "limpet", "--output", "json");
    const flags = installedFlags([JSON.parse(text) as Installed]);
    const account = await api.serviceAccount("limpet", "limpet");
    limpet = await Limpet.start([], { flags, kubeconfig: account.kubeconfig, pod: POD });
    await limpet.eventually("the route", isServed);
  }

  async function isServed(): Promise<boolean> {
    return (await limpet.send({ host: HOST })).status === 200;
  }

  function upgrade(...values: readonly string[]): Promise<string> {
    const sets = values.flatMap((value) => ["--set", value]);
    return helm(api.admin, "upgrade", "limpet", CHART, "-n", "limpet", "--reuse-values", ...sets);
  }

  async function status(): Promise<string> {
    return api.admin.run("get", "ingress/shop", "--output", "jsonpath={.status.loadBalancer.ingress[*].ip}");
  }

  it("beside it, Limpet publishes its addresses and writes its cookies", async () => {
    const values = ["takeOver.nginx=true", "classicCookies=write"];
    const sets = [...values, "status.publishService=ingress-nginx/ingress-nginx-controller"];
    const flags = sets.flatMap((value) => ["--set", value]);
    await helm(api.admin, "install", "limpet", CHART, "-n", "limpet", "--create-namespace", ...flags);
    // There are no nodes here: the one pod runs as the service account of Helm's release.
    const containers = [{ name: "limpet", image: "limpet" }];
    const metadata = { name: POD, labels: { "app.kubernetes.io/name": "limpet" } };
    await api.admin.apply([{ apiVersion: "v1", kind: "Pod", metadata, spec: { containers } }], "limpet");
    await rollOut();
    await limpet.eventually("their address", async () => (await status()) === THEIR_ADDRESS);
    const reply = await limpet.send({ host: HOST });
    endpoint = reply.endpoint;
    cookie = (reply.setCookies[0] ?? "").split(";")[0] ?? "";
    // A hash of the endpoint and one of the Service port: ingress-nginx's.
    assert.match(cookie, /^INGRESSCOOKIE=[0-9a-f]{32}\|[0-9a-f]{32}$/);
  });

  it("when it is removed its class goes too, and nothing is interrupted", async () => {
    const { admin } = api;
    await upgrade("status.publishService=");
    const ours = { loadBalancer: { ingress: [{ ip: "192.0.2.30" }] } };
    await patchStatus("service", "limpet", "limpet", ours);
    await rollOut();
    await limpet.eventually("our own address", async () => (await status()) === "192.0.2.30");
    await admin.delete("ingressclass", "nginx");
    await admin.apply([ingress({ name: "later", host: "later.test" })]);
    await limpet.eventually("a change after that", async () => {
      return (await limpet.send({ host: "later.test" })).status === 200;
    });
    assert.ok(await isServed());
    await upgrade("takeOver.createIngressClass=true");
    assert.match(await admin.run("get", "ingressclass", "nginx"), /k8s\.io\/ingress-nginx/);
    assert.ok(await isServed());
  });

  it("cookies of those days are answered with sealed ones for the same pod, and then refused", async () => {
    await upgrade("classicCookies=accept");
    await rollOut();
    const accepted = await limpet.send({ host: HOST, cookie });
    assert.equal(accepted.endpoint, endpoint);
    const sealed = (accepted.setCookies[0] ?? "").split(";")[0] ?? "";
    assert.match(sealed, /^INGRESSCOOKIE=[\w-]{16}/);
    await upgrade("classicCookies=off");
    await rollOut();
    assert.equal((await limpet.send({ host: HOST, cookie: sealed })).endpoint, endpoint);
    assert.equal((await limpet.send({ host: HOST, cookie })).status, 200);
    await limpet.eventually("the refusal of the old cookie", async () => {
      return (await limpet.accessLines()).at(-1)?.["affinity"] === "reassign";
    });
  });

  it("is undone without a trace in the statuses", async () => {
    const { admin } = api;
    await limpet.eventually("the Lease", async () => (await limpet.admin("/metrics")).body.includes("limpet_leader 1"));
    await limpet.signal("SIGTERM");
    assert.equal(await status(), "");
    await helm(admin, "uninstall", "limpet", "-n", "limpet");
    await admin.run("delete", "secret/limpet-keys", "lease/limpet-leader", "-n", "limpet");
  });
});
