import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { ApiEmulator } from "../support/api-emulator/api-emulator.ts";
import { ClusterReplica, type ReplicaOptions } from "../support/cluster-replica.ts";

interface SeenEvent {
  readonly reason: string;
  readonly message: string;
  readonly type: string;
  readonly source: { readonly component: string };
  readonly involvedObject: { readonly name: string; readonly uid: string };
}

describe("what is written back to a cluster", () => {
  let api: ApiEmulator;
  let replicas: ClusterReplica[];

  beforeEach(async () => {
    api = await ApiEmulator.start();
    replicas = [];
  });

  afterEach(async () => {
    for (const replica of replicas) await replica.stop();
    await api.stop();
  });

  async function start(options: ReplicaOptions): Promise<ClusterReplica> {
    if (options.pod !== undefined) pod(options.pod);
    const replica = await ClusterReplica.start(api, options);
    replicas.push(replica);
    return replica;
  }

  function pod(name: string): void {
    api.apply({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { namespace: "limpet", name, labels: { app: "limpet" } },
      status: { phase: "Running" },
    });
  }

  function ingress(name: string, annotations: Record<string, string> = {}): void {
    const backend = { service: { name: "web", port: { number: 80 } } };
    const rules = [{ host: `${name}.example.com`, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }];
    api.apply({
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name, annotations },
      spec: { ingressClassName: "nginx", rules },
    });
  }

  function addresses(name: string): unknown {
    const status = api.get("ingresses", "default", name)?.["status"] as
      | { loadBalancer?: { ingress?: unknown } }
      | undefined;
    return status?.loadBalancer?.ingress;
  }

  function events(name: string): string[] {
    const all = api.list("events") as unknown as SeenEvent[];
    const uid = api.get("ingresses", "default", name)?.metadata.uid;
    return all.filter((event) => event.involvedObject.uid === uid).map(({ reason }) => reason);
  }

  const PUBLISH = ["--publish-status-address", "192.0.2.1"];

  it("acknowledges an Ingress, publishes its address, and says what is wrong with it", async () => {
    const replica = await start({ pod: "limpet-0", flags: PUBLISH });
    await replica.eventually("its election", async () => (await replica.metric("limpet_leader")) === 1);
    const { generation } = JSON.parse((await replica.admin("/api/v1/snapshot")).body) as { generation: number };
    ingress("nginx-test", { "nginx.ingress.kubernetes.io/session-cookie-max-age": "1h" });
    await api.until(() => addresses("nginx-test") !== undefined && events("nginx-test").length >= 4);
    assert.deepEqual(addresses("nginx-test"), [{ ip: "192.0.2.1" }]);
    const seen = (api.list("events") as unknown as SeenEvent[]).map(
      ({ type, reason, message, source }) => `${type} ${reason} ${source.component} ${message}`,
    );
    assert.ok(seen.includes("Normal CREATE limpet default/nginx-test"), seen.join("\n"));
    assert.ok(seen.includes("Normal Sync limpet The newest version is being served"));
    assert.ok(seen.some((line) => line.startsWith("Warning ServiceMissing limpet spec.rules[0]")));
    const after = JSON.parse((await replica.admin("/api/v1/snapshot")).body) as { generation: number };
    assert.equal(after.generation, generation + 1, "the status that comes back by the watch costs no push");
  });

  it("restores a status that was wiped, and takes it out when the last replica ends", async () => {
    ingress("web");
    const replica = await start({ pod: "limpet-0", flags: PUBLISH });
    await api.until(() => addresses("web") !== undefined);
    const stored = api.get("ingresses", "default", "web");
    api.apply({ ...stored, status: { loadBalancer: {} } });
    assert.equal(addresses("web"), undefined);
    await api.until(() => addresses("web") !== undefined);
    await replica.signal("SIGTERM");
    assert.equal(addresses("web"), undefined);
    const lease = api.get("leases", "limpet", "limpet-leader")?.["spec"] as { holderIdentity?: string };
    assert.equal(lease.holderIdentity ?? "", "");
  });

  it("lets another replica lead when one stops, which leaves the statuses", async () => {
    ingress("web");
    const first = await start({ pod: "limpet-0", flags: PUBLISH });
    await api.until(() => addresses("web") !== undefined);
    const other = await start({ pod: "limpet-1", flags: PUBLISH });
    assert.deepEqual([await first.metric("limpet_leader"), await other.metric("limpet_leader")], [1, 0]);
    await first.signal("SIGTERM");
    await other.eventually("its election", async () => (await other.metric("limpet_leader")) === 1);
    assert.deepEqual(addresses("web"), [{ ip: "192.0.2.1" }]);
    assert.equal(api.requests.entries.filter(({ subresource }) => subresource === "status").length, 1);
  });
});
