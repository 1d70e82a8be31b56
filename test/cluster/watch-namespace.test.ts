import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ApiServer } from "../support/cluster/api-server.ts";
import { podSlice, startPods } from "../support/cluster/pods.ts";
import type { TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, type Manifest, service, sticky } from "../support/manifests.ts";

const SERVED = "shop";
const HOME = "limpet";
const GROUP = "rbac.authorization.k8s.io";

/** A role in one namespace, and what gives it to the service account. */
function role(rules: readonly Manifest[]): Manifest[] {
  const metadata = { name: "narrow" };
  const apiVersion = `${GROUP}/v1`;
  const subjects = [{ kind: "ServiceAccount", namespace: HOME, name: "narrow" }];
  const roleRef = { apiGroup: GROUP, kind: "Role", name: "narrow" };
  return [
    { apiVersion, kind: "Role", metadata, rules },
    { apiVersion, kind: "RoleBinding", metadata, roleRef, subjects },
  ];
}

const READ = ["get", "list", "watch"];

describe("--watch-namespace, with rights in that namespace alone", () => {
  let api: ApiServer;
  let limpet: Limpet;
  let pods: TestEndpoint[];
  before(async () => {
    pods = await startPods(1);
    api = await ApiServer.start();
    const { admin } = api;
    const account = await api.serviceAccount(HOME, "narrow");
    await admin.apply([{ apiVersion: "v1", kind: "Namespace", metadata: { name: SERVED } }]);
    const served = [
      { apiGroups: ["networking.k8s.io"], resources: ["ingresses"], verbs: READ },
      { apiGroups: ["networking.k8s.io"], resources: ["ingresses/status"], verbs: ["patch"] },
      { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: READ },
      { apiGroups: [""], resources: ["services"], verbs: READ },
      { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
    ];
    const home = [
      { apiGroups: [""], resources: ["secrets"], verbs: ["create", ...READ] },
      { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["create", "get", "patch"] },
    ];
    await admin.apply(role(served), SERVED);
    await admin.apply(role(home), HOME);
    const object = ingress({ host: "shop.test", annotations: sticky() });
    await admin.apply([object, service(), podSlice(pods)], SERVED);
    await admin.apply([ingress({ host: "outside.test" }), service(), podSlice(pods)]);
    const flags = ["--watch-namespace", SERVED, "--publish-status-address", "192.0.2.1"];
    limpet = await Limpet.start([], { kubeconfig: account.kubeconfig, flags });
  });
  after(async () => {
    await limpet?.stop();
    await api?.stop();
    for (const pod of pods ?? []) await pod.kill();
  });

  it("serves that namespace, and no other", async () => {
    await limpet.eventually("shop.test", async () => (await limpet.send({ host: "shop.test" })).status === 200);
    assert.equal((await limpet.send({ host: "outside.test" })).status, 404);
  });

  it("writes the status there", async () => {
    const path = "--output=jsonpath={.status.loadBalancer.ingress[*].ip}";
    const address = () => api.admin.run("get", "ingress", "web", "-n", SERVED, path);
    await limpet.eventually("the address", async () => (await address()) === "192.0.2.1");
    assert.equal(await api.admin.run("get", "ingress", "web", path), "");
  });

  it("asks for nothing elsewhere but for the IngressClasses, and for Secrets by their name alone", async () => {
    const requests = await api.requests();
    const elsewhere = requests.filter(({ namespace }) => namespace !== SERVED && namespace !== HOME);
    assert.deepEqual([...new Set(elsewhere.map(({ resource }) => resource))], ["ingressclasses"]);
    const secrets = requests.filter(({ resource, verb }) => resource === "secrets" && verb !== "create");
    assert.ok(secrets.length > 0);
    assert.deepEqual([...new Set(secrets.map(({ name }) => name))], ["limpet-keys"]);
    assert.match(limpet.log, /a part of the cluster cannot be read; it is done without/);
  });
});
