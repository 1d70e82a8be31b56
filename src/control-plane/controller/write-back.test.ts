import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import pino from "pino";
import { FakeApi, type RawObject } from "../kubernetes/fake-api.ts";
import { accept } from "../objects/accept.ts";
import type { Ingress } from "../objects/model.ts";
import { FakeClock } from "../time/fake-clock.ts";
import { WriteBack, type WriteBackOptions } from "./write-back.ts";

const INGRESS = "/apis/networking.k8s.io/v1/namespaces/default/ingresses/web";
const PODS = "/api/v1/namespaces/limpet/pods";
const NODES = "/api/v1/nodes";
const SERVICE = "/api/v1/namespaces/limpet/services/lb";
const SECOND = 1000;

/** A replica, and what its source would tell it. */
class Replica {
  readonly writeBack: WriteBack;
  readonly #api: FakeApi;

  constructor(api: FakeApi, name: string, clock: FakeClock, options: Partial<WriteBackOptions>) {
    this.#api = api;
    const common = { client: api.client(name), clock, log: pino({ level: "silent" }), namespace: "limpet" };
    this.writeBack = new WriteBack(
      { ...common, electionId: "limpet-leader", podName: name, ...options },
      { ours: () => this.#ingress, service: () => undefined, isOurs: () => true },
    );
    this.see();
    this.writeBack.start();
  }

  /** What a watch would bring now. */
  see(): void {
    this.writeBack.ingresses(["default/web"]);
    this.writeBack.live();
  }

  get #ingress(): Ingress | undefined {
    const raw = this.#api.get(INGRESS);
    return raw === undefined ? undefined : accept("Ingress", raw).object;
  }
}

describe("WriteBack", () => {
  let clock: FakeClock;
  let api: FakeApi;
  let replicas: Replica[];

  beforeEach(() => {
    clock = new FakeClock();
    api = new FakeApi(clock);
    replicas = [];
    api.put(INGRESS, {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { namespace: "default", name: "web" },
    });
    for (const [index, name] of ["limpet-0", "limpet-1"].entries()) {
      pod(name, `node-${index}`);
      const addresses = [
        { type: "InternalIP", address: `10.0.0.${index}` },
        { type: "ExternalIP", address: `192.0.2.${index}` },
      ];
      api.put(`${NODES}/node-${index}`, { metadata: { name: `node-${index}` }, status: { addresses } });
    }
  });

  afterEach(async () => {
    for (const { writeBack } of replicas) await end(writeBack);
    assert.equal(clock.waiting, 0, "nothing is left running");
  });

  function pod(name: string, nodeName: string, more: object = {}): void {
    const labels = { app: "limpet", "pod-template-hash": name };
    const conditions = [{ type: "Ready", status: "True" }];
    const object: RawObject = {
      metadata: { namespace: "limpet", name, labels, ...more },
      spec: { nodeName },
      status: { phase: "Running", conditions },
    };
    api.put(`${PODS}/${name}`, object);
  }

  function start(name: string, options: Partial<WriteBackOptions> = {}): Replica {
    const replica = new Replica(api, name, clock, options);
    replicas.push(replica);
    return replica;
  }

  async function end(writeBack: WriteBack): Promise<void> {
    const stopped = writeBack.stop();
    await clock.advance(20 * SECOND);
    await stopped;
  }

  function status(): unknown {
    const { loadBalancer } = (api.get(INGRESS)?.["status"] ?? {}) as { loadBalancer?: { ingress?: unknown } };
    return loadBalancer?.ingress;
  }

  function reasons(by?: string): unknown[] {
    const posts = api.writes.filter(({ method, path }) => method === "POST" && path.endsWith("/events"));
    return posts.filter((post) => by === undefined || post.by === by).map(({ body }) => (body as RawObject)["reason"]);
  }

  function loadBalancer(...ips: readonly string[]): void {
    api.put(SERVICE, {
      metadata: { namespace: "limpet", name: "lb" },
      spec: { type: "LoadBalancer" },
      status: { loadBalancer: { ingress: ips.map((ip) => ({ ip })) } },
    });
  }

  it("publishes the addresses of the nodes, and follows the replicas", async () => {
    start("limpet-0");
    await clock.advance(SECOND);
    assert.deepEqual(status(), [{ ip: "192.0.2.0" }, { ip: "192.0.2.1" }]);
    api.delete(`${PODS}/limpet-1`);
    await clock.advance(SECOND);
    assert.deepEqual(status(), [{ ip: "192.0.2.0" }]);
    pod("limpet-0", "node-1");
    await clock.advance(SECOND);
    assert.deepEqual(status(), [{ ip: "192.0.2.1" }]);
  });

  it("publishes the addresses of a Service, follows them, and keeps them when it is gone", async () => {
    loadBalancer("198.51.100.1");
    start("limpet-0", { publishService: "limpet/lb" });
    await clock.advance(SECOND);
    assert.deepEqual(status(), [{ ip: "198.51.100.1" }]);
    loadBalancer("198.51.100.2");
    await clock.advance(SECOND);
    assert.deepEqual(status(), [{ ip: "198.51.100.2" }]);
    api.endWatches();
    await clock.advance(2 * SECOND);
    loadBalancer("198.51.100.3", "198.51.100.2");
    await clock.advance(SECOND);
    assert.deepEqual(status(), [{ ip: "198.51.100.2" }, { ip: "198.51.100.3" }]);
    api.delete(SERVICE);
    await clock.advance(300 * SECOND);
    assert.deepEqual(status(), [{ ip: "198.51.100.2" }, { ip: "198.51.100.3" }]);
    assert.ok(!api.requests.some(({ path }) => path === PODS || path.startsWith(NODES)));
  });

  it("reads nothing any more of what a status needs once it leads no more", async () => {
    loadBalancer("198.51.100.1");
    const first = start("limpet-0", { publishService: "limpet/lb" });
    await clock.advance(SECOND);
    const lease = "/apis/coordination.k8s.io/v1/namespaces/limpet/leases/limpet-leader";
    api.put(lease, { ...(api.get(lease) as RawObject), spec: { holderIdentity: "z", leaseDurationSeconds: 3600 } });
    await clock.advance(5 * SECOND);
    assert.equal(first.writeBack.leading, false);
    const before = api.requests.length;
    api.endWatches();
    await clock.advance(60 * SECOND);
    const since = api.requests.slice(before).filter(({ path }) => path.includes("services"));
    assert.deepEqual(since, []);
  });

  it("hands everything over when the leader is killed, and neither undoes the other's status", async () => {
    start("limpet-0", { publishAddresses: ["192.0.2.7"] });
    await clock.advance(SECOND);
    const other = start("limpet-1", { publishAddresses: ["192.0.2.8"] });
    await clock.advance(10 * SECOND);
    assert.deepEqual(status(), [{ ip: "192.0.2.7" }]);
    api.silent = (by) => by === "limpet-0";
    for (let second = 0; second < 120; second++) {
      for (const replica of replicas) replica.see();
      await clock.advance(SECOND);
    }
    assert.equal(other.writeBack.leading, true);
    assert.deepEqual(status(), [{ ip: "192.0.2.8" }]);
    const statuses = api.writes.filter(({ path }) => path.endsWith("/status")).map(({ by }) => by);
    assert.deepEqual(statuses, ["limpet-0", "limpet-1"]);
  });

  it("leaves the statuses when another replica stays, and lets it lead at once", async () => {
    const first = start("limpet-0", { publishAddresses: ["192.0.2.7"] });
    await clock.advance(SECOND);
    const other = start("limpet-1", { publishAddresses: ["192.0.2.7"] });
    await clock.advance(SECOND);
    const stopped = first.writeBack.stop();
    await clock.advance(3 * SECOND);
    await stopped;
    assert.deepEqual(status(), [{ ip: "192.0.2.7" }]);
    assert.equal(other.writeBack.leading, true);
    assert.equal(api.writes.filter(({ path }) => path.endsWith("/status")).length, 1);
  });

  it("takes the addresses out with the last replica, or when all end together", async () => {
    const first = start("limpet-0", { publishAddresses: ["192.0.2.7"] });
    await clock.advance(SECOND);
    pod("limpet-1", "node-1", { deletionTimestamp: "2026-01-31T12:00:00Z" });
    await end(first.writeBack);
    assert.equal(status(), undefined);
  });

  it("leaves the statuses when it cannot tell who else runs", async () => {
    const first = start("limpet-0", { publishAddresses: ["192.0.2.7"] });
    await clock.advance(SECOND);
    api.delete(`${PODS}/limpet-0`);
    await end(first.writeBack);
    assert.deepEqual(status(), [{ ip: "192.0.2.7" }]);
  });

  it("ends in good time when the API server is away", async () => {
    const first = start("limpet-0", { publishAddresses: ["192.0.2.7"] });
    await clock.advance(SECOND);
    api.silent = () => true;
    let ended = false;
    const stopped = first.writeBack.stop().then(() => {
      ended = true;
    });
    await clock.advance(15 * SECOND);
    assert.equal(ended, true);
    await stopped;
  });

  it("tells what happens, by the leader alone", async () => {
    const first = start("limpet-0", { publishAddresses: ["192.0.2.7"] });
    await clock.advance(SECOND);
    const other = start("limpet-1", { publishAddresses: ["192.0.2.7"] });
    await clock.advance(SECOND);
    assert.deepEqual(reasons(), [], "it was there before");
    api.put(INGRESS, { ...(api.get(INGRESS) as RawObject), spec: { rules: [{ host: "a.example.com" }] } });
    for (const replica of [first, other]) replica.see();
    await clock.advance(SECOND);
    assert.deepEqual(reasons("limpet-0"), ["UPDATE", "Sync"]);
    assert.deepEqual(reasons("limpet-1"), []);
  });

  it("publishes without asking for the Lease when it is told that it is alone", async () => {
    const common = { client: api.client("alone"), clock, log: pino({ level: "silent" }), namespace: "limpet" };
    const writeBack = new WriteBack(
      { ...common, publishAddresses: ["192.0.2.7"] },
      { ours: () => accept("Ingress", api.get(INGRESS)).object, service: () => undefined, isOurs: () => true },
    );
    writeBack.ingresses(["default/web"]);
    writeBack.start();
    await clock.advance(SECOND);
    assert.deepEqual(status(), [{ ip: "192.0.2.7" }]);
    assert.ok(!api.requests.some(({ path }) => path.includes("leases")));
    writeBack.ingresses(["default/web"]);
    await end(writeBack);
    assert.equal(status(), undefined);
  });
});
