import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { seededRandom } from "../affinity/cluster.ts";
import { type Cluster, startCluster } from "../support/cluster/cluster.ts";
import { podSlice, startPods } from "../support/cluster/pods.ts";
import type { TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, type Manifest, type SliceEntry, service, sticky } from "../support/manifests.ts";
import { type Presence, RoamingSessions } from "../support/roaming-sessions.ts";
import { printRow } from "../support/row.ts";

const HOST = "sticky.test";
const SEED = 17;

/** What the installed rights give for the Secret of the keys, for another one. */
function rightsTo(secret: string): Manifest[] {
  const apiVersion = "rbac.authorization.k8s.io/v1";
  const metadata = { name: `limpet-${secret}` };
  const rules = [{ apiGroups: [""], resources: ["secrets"], resourceNames: [secret], verbs: ["get", "list", "watch"] }];
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: metadata.name };
  const subjects = [{ kind: "ServiceAccount", name: "limpet", namespace: "limpet" }];
  return [
    { apiVersion, kind: "Role", metadata, rules },
    { apiVersion, kind: "RoleBinding", metadata, roleRef, subjects },
  ];
}

/** Three replicas behind a balancer that sends each request to any of them. */
describe("sessions behind several replicas", () => {
  let cluster: Cluster;
  let replicas: Limpet[];
  let pods: TestEndpoint[];
  const presences = new Map<string, Presence>();

  before(async () => {
    pods = await startPods(6);
    cluster = await startCluster();
    replicas = [cluster.limpet, await start(), await start()];
    await cluster.admin.apply([
      ingress({ host: HOST, annotations: sticky({ "affinity-mode": "persistent" }) }),
      service(),
    ]);
    await endpoints(pods.slice(0, 4));
  });
  after(async () => {
    for (const replica of replicas?.slice(1) ?? []) await replica.stop();
    await cluster?.stop();
    for (const pod of pods ?? []) await pod.kill();
  });

  function start(flags: readonly string[] = []): Promise<Limpet> {
    return Limpet.start([], { kubeconfig: cluster.account.kubeconfig, flags });
  }

  /** Makes these the Service's endpoints, and resolves once every replica serves them. */
  async function endpoints(entries: readonly (SliceEntry | TestEndpoint)[]): Promise<void> {
    const names = entries.map((entry) => ("endpoint" in entry ? entry.endpoint.name : entry.name));
    for (const { name } of pods) {
      if (!names.includes(name)) presences.set(name, "gone");
      else if (presences.get(name) !== "live") presences.set(name, "coming");
    }
    await cluster.admin.apply([podSlice(entries)]);
    const wanted = entries.map((entry) => state(entry)).sort();
    for (const replica of replicas) {
      await replica.eventually(wanted.join(), async () => (await served(replica)).join() === wanted.join());
    }
    for (const name of names) presences.set(name, "live");
  }

  function state(entry: SliceEntry | TestEndpoint): string {
    const { endpoint, state: is = "ready" } = "endpoint" in entry ? entry : { endpoint: entry };
    return `${endpoint.address}:${endpoint.port} ${is}`;
  }

  async function served(replica: Limpet): Promise<string[]> {
    const { backends } = JSON.parse((await replica.admin("/api/v1/snapshot")).body) as {
      backends: { endpoints: { endpoint: string; state: string }[] }[];
    };
    return (backends[0]?.endpoints ?? []).map(({ endpoint, state: is }) => `${endpoint} ${is}`).sort();
  }

  function roam(through: readonly Limpet[], length: number): RoamingSessions {
    return new RoamingSessions({
      ports: through.map(({ httpPort }) => httpPort),
      host: HOST,
      count: 12,
      length,
      presence: (name) => presences.get(name) ?? "gone",
      random: seededRandom(SEED),
    });
  }

  async function untilRequests(load: RoamingSessions, more: number): Promise<void> {
    const enough = load.requests + more;
    await cluster.limpet.eventually(`${more} requests`, async () => load.requests >= enough, 60);
  }

  function report(what: string, load: RoamingSessions): void {
    const [moved, early, had] = (["live", "coming", "gone"] as const).map((left) => load.movesFrom(left).length);
    printRow({ row: `17 (${what})`, lost: load.failed.length, moved: moved ?? 0, duplicated: 0, p99: load.p99() });
    console.log(
      `${load.sessions} sessions, ${load.requests} requests; ${had} moves from pods that were gone, ` +
        `${early} from pods that not every replica had heard of yet`,
    );
  }

  it("are at one pod each while nothing changes", async () => {
    const load = roam(replicas, 40);
    await untilRequests(load, 4000);
    await load.stop();
    report("steady", load);
    assert.deepEqual([load.failed, load.moves], [[], []]);
  });

  it("leave a pod only when it is gone, whichever replica hears of it first", async () => {
    const load = roam(replicas, 10);
    const [a, b, c, d, e, f] = pods as [
      TestEndpoint,
      TestEndpoint,
      TestEndpoint,
      TestEndpoint,
      TestEndpoint,
      TestEndpoint,
    ];
    for (let i = 0; i < 8; i++) {
      await endpoints([a, b, c, d, e, f]);
      await untilRequests(load, 200);
      await endpoints([{ endpoint: a, state: "draining" }, b, c, d, e, f]);
      await untilRequests(load, 200);
      await endpoints([b, c, d, e]);
      await untilRequests(load, 200);
      await endpoints([a, b, c, d]);
      await untilRequests(load, 200);
    }
    await load.stop();
    report("during 32 changes", load);
    assert.deepEqual(load.failed, []);
    assert.ok(load.movesFrom("gone").length > 0);
    assert.deepEqual([load.movesFrom("live"), load.movesFrom("coming")], [[], []]);
  });

  /** Requests by way of two replicas, one of which hears of a new pod while the other's controller stands still. */
  async function oneHearsFirst(joinDelay: number): Promise<RoamingSessions> {
    const flags = ["--join-delay", `${joinDelay}`];
    const [early, late] = [await start(flags), await start(flags)];
    const [a, b, c, d, e] = pods as [TestEndpoint, TestEndpoint, TestEndpoint, TestEndpoint, TestEndpoint];
    try {
      await endpoints([a, b, c, d]);
      for (const replica of [early, late]) {
        await replica.eventually("four pods", async () => (await served(replica)).length === 4);
      }
      process.kill(late.pid, "SIGSTOP");
      presences.set(e.name, "coming");
      await cluster.admin.apply([podSlice([a, b, c, d, e])]);
      await early.eventually("the new pod", async () => (await served(early)).length === 5);
      const load = roam([early, late], 10);
      await untilRequests(load, 1000);
      await load.stop();
      report(`one replica late, join delay ${joinDelay} ms`, load);
      return load;
    } finally {
      process.kill(late.pid, "SIGCONT");
      await Promise.all([early.stop(), late.stop()]);
      await endpoints([a, b, c, d]);
    }
  }

  it("are not at a pod that a replica has not heard of", async () => {
    // Longer than the late one takes: what holds is that nobody is there before the delay is over.
    const load = await oneHearsFirst(60_000);
    assert.deepEqual([load.failed, load.moves], [[], []]);
  });

  it("are at a pod that a replica has not heard of, and leave it, where pods do not join first: the control", async () => {
    const load = await oneHearsFirst(0);
    assert.ok(load.movesFrom("coming").length > 0);
  });

  it("go back and forth between replicas that do not share a key: the control", async () => {
    await cluster.admin.apply(rightsTo("another"), "limpet");
    const stranger = await start(["--keys-secret", "another"]);
    try {
      await stranger.eventually("the route", async () => (await stranger.send({ host: HOST })).status === 200);
      const load = roam([cluster.limpet, stranger], 40);
      await untilRequests(load, 1000);
      await load.stop();
      report("without a common key", load);
      assert.ok(load.movesFrom("live").length > 0);
    } finally {
      await stranger.stop();
    }
  });
});
