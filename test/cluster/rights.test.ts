import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { renderChart } from "../../scripts/render-manifests.ts";
import { certificateFor, tlsSecret, withTls } from "../support/certificates.ts";
import { ApiServer } from "../support/cluster/api-server.ts";
import type { AuditedRequest } from "../support/cluster/audit.ts";
import { LIMPET_PODS, limpetAccount } from "../support/cluster/limpet-account.ts";
import { NODE_ADDRESS } from "../support/cluster/own-network.ts";
import { podSlice, startPods } from "../support/cluster/pods.ts";
import type { TestEndpoint } from "../support/endpoints.ts";
import { freePort } from "../support/free-port.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, type Manifest, service, sticky } from "../support/manifests.ts";
import {
  type Installed,
  installedFlags,
  plainManifests,
  podTemplateOf,
  type Role,
  readObjects,
  resourceName,
  rightsIn,
  rolesOf,
  webhooksOf,
} from "../support/plain-manifests.ts";
import { handshake } from "../support/tls-client.ts";

const HOST = "sticky.test";
const LIMPET = "system:serviceaccount:limpet:limpet";
const BALANCER = "192.0.2.10";

/** Installations that need different rights: what is served, and what stands in the status. */
const CHARTS = [
  { what: "the chart", values: [], shop: "shop", publishes: BALANCER },
  { what: "the chart for one namespace", values: ["watchNamespace=shop"], shop: "shop", publishes: BALANCER },
  {
    what: "the chart for its own namespace",
    values: ["watchNamespace=limpet"],
    shop: "limpet",
    publishes: BALANCER,
  },
  {
    what: "the chart for one namespace and no class",
    values: [
      "watchNamespace=shop",
      "rbac.ingressClasses=false",
      "ingressClass.create=false",
      "admissionWebhooks.enabled=false",
    ],
    shop: "shop",
    publishes: BALANCER,
    // It asks once, is told that it may not, and goes by the names.
    denied: ["ingressclasses.networking.k8s.io"],
  },
  {
    what: "the chart with a Secret that is there",
    values: ["rbac.createSecrets=false"],
    shop: "shop",
    publishes: BALANCER,
  },
  { what: "the chart without a Service", values: ["service.create=false"], shop: "shop", publishes: NODE_ADDRESS },
];

/**
 * Rights for what does not happen here: a status that somebody else changes at the same moment, an event that comes again,
 * a certificate that gets old.
 */
const SELDOM = ["get ingresses.networking.k8s.io", "patch events", "patch secrets"];

function ofClass(name: string, manifest: Manifest): Manifest {
  return { ...manifest, spec: { ...(manifest["spec"] as Manifest), ingressClassName: name } };
}

/** What a cluster with nodes would have: Limpet's Service with an address, and a pod that runs on a node. */
async function actAsCluster({ admin }: ApiServer, installed: readonly Installed[]): Promise<void> {
  const own = installed.filter(({ kind, metadata }) => kind === "Service" && metadata.name === "limpet");
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } };
  await admin.apply([...own, ...webhooksOf(installed), namespace], "");
  const patch = (kind: string, name: string, status: Manifest) =>
    admin.run("patch", kind, name, "-n", "limpet", "--subresource=status", "-p", JSON.stringify({ status }));
  if (own.length > 0) await patch("service", "limpet", { loadBalancer: { ingress: [{ ip: BALANCER }] } });
  await admin.apply([{ apiVersion: "v1", kind: "Node", metadata: { name: "node-1" } }]);
  await patch("node", "node-1", { addresses: [{ type: "InternalIP", address: NODE_ADDRESS }] });
  const [name] = LIMPET_PODS;
  await admin.delete("pod", name, "limpet");
  const { metadata } = podTemplateOf(installed);
  const spec = { nodeName: "node-1", containers: [{ name: "limpet", image: "limpet" }] };
  await admin.apply([{ apiVersion: "v1", kind: "Pod", metadata: { ...metadata, name }, spec }], "limpet");
  await patch("pod", name, { phase: "Running", conditions: [{ type: "Ready", status: "True" }] });
}

/** The Secrets as one makes them who does not let Limpet do it: the certificate in the second is still Limpet's to make. */
async function makeSecrets({ admin }: ApiServer): Promise<void> {
  const data = { current: Buffer.alloc(32, 1).toString("base64") };
  const secret = (name: string, more: Manifest) => ({ apiVersion: "v1", kind: "Secret", metadata: { name }, ...more });
  await admin.apply([secret("limpet-keys", { data }), secret("limpet-admission", {})], "limpet");
}

/** A cluster in which Limpet has what the chart's roles give it. */
class InstalledCluster {
  readonly api: ApiServer;
  readonly installed: readonly Installed[];
  readonly limpet: Limpet;
  readonly shop: string;

  private constructor(api: ApiServer, installed: readonly Installed[], limpet: Limpet, shop: string) {
    this.api = api;
    this.installed = installed;
    this.limpet = limpet;
    this.shop = shop;
  }

  static async start(values: readonly string[], shop: string): Promise<InstalledCluster> {
    const api = await ApiServer.start();
    const port = await freePort();
    try {
      const installed = readObjects(await renderChart(values));
      await api.admin.apply([{ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } }]);
      const account = await limpetAccount(api, installed);
      await actAsCluster(api, installed);
      if (values.includes("rbac.createSecrets=false")) await makeSecrets(api);
      const webhook = webhooksOf(installed).map(() => `--validating-webhook=127.0.0.1:${port}`);
      const flags = [...installedFlags(installed), ...webhook];
      const { kubeconfig } = account;
      const limpet = await Limpet.start([], { flags, kubeconfig, pod: LIMPET_PODS[0], https: true });
      return new InstalledCluster(api, installed, limpet, shop);
    } catch (error) {
      await api.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.limpet.stop();
    await this.api.stop();
  }

  async serve(name: string, pods: readonly TestEndpoint[]): Promise<void> {
    const { api, limpet, shop } = this;
    const host = `${name}.test`;
    const annotations = sticky({ "ssl-redirect": "false" });
    const object = ofClass(
      "limpet",
      withTls(ingress({ name, host, annotations }), { hosts: [host], secretName: name }),
    );
    await api.admin.apply([object, tlsSecret(name, certificateFor([host])), service(), podSlice(pods)], shop);
    await limpet.eventually(host, async () => (await limpet.send({ host })).status === 200);
    await limpet.eventually("its certificate", async () => (await handshake(limpet.httpsPort, host)).failure === "");
  }

  /** A field of an object as kubectl prints it. */
  read(namespace: string, object: string, field: string): Promise<string> {
    return this.api.admin.run("get", object, "-n", namespace, "--output", `jsonpath={${field}}`);
  }

  async requests(): Promise<readonly AuditedRequest[]> {
    return (await this.api.requests()).filter(({ user }) => user === LIMPET);
  }

  async denied(): Promise<readonly AuditedRequest[]> {
    return (await this.requests()).filter(({ status }) => status === 403);
  }
}

function asked({ verb, group, resource }: AuditedRequest): string {
  return `${verb} ${resourceName(group, resource)}`;
}

for (const { what, values, shop, publishes, denied = [] } of CHARTS) {
  describe(`Limpet with the rights of ${what}`, () => {
    let cluster: InstalledCluster;
    let pods: TestEndpoint[];
    before(async () => {
      pods = await startPods(1);
      cluster = await InstalledCluster.start(values, shop);
    });
    after(async () => {
      await cluster?.stop();
      for (const pod of pods ?? []) await pod.kill();
    });

    it("serves, leads, keeps its keys, writes status and events", async () => {
      const { limpet } = cluster;
      await cluster.serve("sticky", pods);
      assert.equal((await limpet.send({ host: HOST })).setCookies.length, 1);
      await limpet.eventually("the status", async () => {
        return (await cluster.read(shop, "ingress/sticky", ".status.loadBalancer.ingress[0].ip")) === publishes;
      });
      await limpet.eventually("an event", async () => {
        return (await cluster.read(shop, "events", ".items[*].involvedObject.name")).includes("sticky");
      });
      assert.match(await cluster.read("limpet", "lease/limpet-leader", ".spec.holderIdentity"), /^limpet-a_/);
      assert.notEqual(await cluster.read("limpet", "secret/limpet-keys", ".data.current"), "");
      for (const { metadata } of webhooksOf(cluster.installed)) {
        const configuration = `validatingwebhookconfiguration/${metadata.name}`;
        const trusted = () => cluster.read("", configuration, ".webhooks[0].clientConfig.caBundle");
        await limpet.eventually("the webhook's authority", async () => (await trusted()) !== "");
        assert.equal(await trusted(), await cluster.read("limpet", "secret/limpet-admission", ".data.ca\\.crt"));
      }
    });

    it("is denied nothing that it needs, and is given nothing that it does not use", async () => {
      const { limpet, installed } = cluster;
      const renewals = async () => (await cluster.requests()).filter((it) => asked(it).startsWith("patch leases."));
      await limpet.eventually("the Lease's renewal", async () => (await renewals()).length > 0);
      await limpet.signal("SIGTERM");
      const refused = new Set((await cluster.denied()).map(({ group, resource }) => resourceName(group, resource)));
      assert.deepEqual([...refused], denied);
      const used = new Set([...(await cluster.requests()).map(asked), ...SELDOM]);
      const unused = rightsIn(rolesOf(installed)).filter(({ verb, resource }) => !used.has(`${verb} ${resource}`));
      assert.deepEqual(unused, []);
    });
  });
}

/** The role without the rule of this number. */
function without(role: Role, index: number): Role {
  return { ...role, rules: role.rules.filter((_, at) => at !== index) };
}

describe("a right that is taken away is missed", () => {
  let cluster: InstalledCluster;
  let pods: TestEndpoint[];
  before(async () => {
    pods = await startPods(1);
    cluster = await InstalledCluster.start([], "shop");
    await cluster.serve("first", pods);
  });
  after(async () => {
    await cluster?.stop();
    for (const pod of pods ?? []) await pod.kill();
  });

  async function isLeading(): Promise<boolean> {
    return (await cluster.limpet.admin("/metrics")).body.includes("limpet_leader 1");
  }

  /** A Limpet that starts anew, makes what is made at a first start, and has something to write. */
  async function restart(number: number): Promise<{ readonly ready: Promise<void> }> {
    const { api, limpet } = cluster;
    await limpet.signal("SIGTERM");
    await rm(join(limpet.state, "keys"), { recursive: true, force: true });
    const made = ["secret/limpet-keys", "lease/limpet-leader"];
    await api.admin.run("delete", ...made, "-n", "limpet", "--ignore-not-found");
    // A certificate that cannot be read is made anew in its place.
    const spoilt = ["--type=merge", "-p", '{"data":null}'];
    await api.admin.run("patch", "secret/limpet-admission", "-n", "limpet", ...spoilt);
    const more = ofClass("limpet", ingress({ name: `more-${number}`, host: "more.test" }));
    const write = async () => {
      await limpet.run();
      await api.admin.apply([more], "shop");
    };
    return { ready: write() };
  }

  const all = rolesOf(plainManifests()).flatMap((role) => role.rules.map((rule, index) => ({ role, rule, index })));

  for (const [number, { role, rule, index }] of all.entries()) {
    const missed = rightsIn([{ ...role, rules: [rule] }]).map(({ verb, resource }) => `${verb} ${resource}`);
    it(missed.join(", "), async () => {
      const { api, limpet } = cluster;
      const namespace = role.metadata.namespace ?? "";
      // Who else is there is asked at the end, by the one who leads.
      await limpet.eventually("the Lease", isLeading);
      await api.admin.apply([without(role, index)], namespace);
      const before = (await cluster.denied()).length;
      const { ready } = await restart(number);
      await limpet.eventually("a refusal", async () => {
        return (await cluster.denied()).slice(before).some((it) => missed.includes(asked(it)));
      });
      await api.admin.apply([role], namespace);
      // Without its keys it is not ready before.
      await ready;
    });
  }
});
