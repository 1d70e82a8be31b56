import { Agent } from "node:http";
import type { TestEndpoint } from "../../test/support/endpoints.ts";
import type { Limpet } from "../../test/support/limpet.ts";
import type { ClusterApi } from "./cluster-api.ts";
import { applied, ingressInCluster, STATUS_ADDRESS, serviceInCluster, sliceInCluster } from "./cluster-objects.ts";
import { type ChangeKind, measureChanges, type Propagation, pause, SINGLE } from "./scale-changes.ts";
import { hostOf } from "./scale-objects.ts";
import { cpuMilliseconds } from "./scale-process.ts";
import { type Probe, probe } from "./scale-stalls.ts";
import { quietOne, watchStolenTime } from "./stolen-time.ts";

type Pair = readonly [TestEndpoint, TestEndpoint];

/** A change that no client can see. */
export interface UnseenKind {
  readonly name: string;
  readonly save: (i: number) => Promise<void>;
}

export interface Unseen {
  readonly pushes: number;
  /** Milliseconds of the controller, for each change. */
  readonly cpu: number;
}

export interface Measured extends Propagation {
  readonly pushes: number;
}

export interface Burst {
  /** Milliseconds from the first change, and from the last, until all are live. */
  readonly whole: number;
  readonly behind: number;
  readonly pushes: number;
  /** Of the controller, all changes together; milliseconds. */
  readonly cpu: number;
  readonly probe: Probe;
}

const PROBE_SECONDS = 4;
const MOST_BURSTS = 5;
const PATIENCE = 30_000;

/** Creates the application that changes of one object are about. Resolves once it is served. */
export async function addSingle(limpet: Limpet, api: ClusterApi, port: number): Promise<void> {
  const route = ingressInCluster("single", "single.test", "single");
  await api.apply(serviceInCluster("single"), sliceInCluster("single", SINGLE, port), route);
  await limpet.eventually("the application", async () => (await limpet.send({ host: "single.test" })).status === 200);
}

function targetOf(pair: Pair, i: number): TestEndpoint {
  return pair[(i + 1) % 2] as TestEndpoint;
}

/** @param pair two servers, each of which answers on every address */
export function seenChanges(api: ClusterApi, pair: Pair): readonly ChangeKind[] {
  return [
    {
      name: "endpoints of one Service",
      save: (_, i) => api.apply(sliceInCluster("single", SINGLE, targetOf(pair, i).port)),
      isLive: async (limpet, i) => (await limpet.send({ host: "single.test" })).endpoint === targetOf(pair, i).name,
    },
    {
      name: "new Ingress",
      save: (_, i) => api.apply(ingressInCluster(`route-${i}`, `route-${i}.test`, "single")),
      isLive: async (limpet, i) => (await limpet.send({ host: `route-${i}.test` })).status === 200,
    },
  ];
}

export function unseenChanges(api: ClusterApi, port: number): readonly UnseenKind[] {
  return [
    {
      name: "status of a Service that is used",
      save: (i) =>
        api.apply({ ...serviceInCluster("single"), status: { loadBalancer: { ingress: [{ ip: ipOf(i) }] } } }),
    },
    {
      name: "status of an Ingress, which Limpet puts right",
      save: (i) => api.apply({ ...ingressInCluster("single", "single.test", "single"), status: statusOf(i) }),
    },
    {
      name: "Endpoints of a Service that nobody uses",
      save: (i) => api.apply(sliceInCluster("unused", SINGLE + 1, port + (i % 2))),
    },
    {
      name: "Ingress of another class",
      save: (i) => api.apply(ingressInCluster("theirs", `theirs-${i}.test`, "single", { className: "theirs" })),
    },
    {
      name: "Service without Ingresses",
      save: (i) =>
        api.apply(applied({ apiVersion: "v1", kind: "Service", metadata: { name: "unused" }, spec: specOf(i) })),
    },
  ];
}

function ipOf(i: number): string {
  return i % 2 === 0 ? "192.0.2.2" : STATUS_ADDRESS;
}

function statusOf(i: number) {
  return { loadBalancer: { ingress: [{ ip: ipOf(2 * i) }] } };
}

function specOf(i: number) {
  return { ports: [{ name: "http", port: 80 + (i % 2), targetPort: "http" }] };
}

/** Pushes that the data plane took, by the controller's word. */
function pushesIn(log: string): number {
  return log.split('"published"').length - 1;
}

/** Saves changes one after another, each as soon as the one before is live. */
export async function measureSeen(limpet: Limpet, kind: ChangeKind, changes: number): Promise<Measured> {
  const from = limpet.log.length;
  const propagation = await measureChanges(limpet, kind, changes);
  return { ...propagation, pushes: pushesIn(limpet.log.slice(from)) };
}

/** Saves changes that nobody can see, and gives the controller the time to do something all the same. */
export async function measureUnseen(limpet: Limpet, kind: UnseenKind, changes: number): Promise<Unseen> {
  const from = limpet.log.length;
  const before = await cpuMilliseconds(limpet.pid);
  for (let i = 0; i < changes; i++) {
    await kind.save(i);
    await pause();
  }
  for (let i = 0; i < 25; i++) await pause();
  const cpu = ((await cpuMilliseconds(limpet.pid)) - before) / changes;
  return { pushes: pushesIn(limpet.log.slice(from)), cpu };
}

/** Asks for the applications in the order in which they change; gives when the last one is live. */
async function untilMoved(limpet: Limpet, count: number, to: string): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const deadline = performance.now() + PATIENCE;
  for (let i = 0; i < count; i++) {
    while ((await limpet.send({ host: hostOf(i), agent })).endpoint !== to) {
      if (performance.now() > deadline) throw new Error(`the change of ${hostOf(i)} never became live`);
    }
  }
  agent.destroy();
  return performance.now();
}

/** Changes the Endpoints of so many applications within a second. */
async function measureBurst(limpet: Limpet, api: ClusterApi, count: number, to: TestEndpoint): Promise<Burst> {
  const from = limpet.log.length;
  const before = await cpuMilliseconds(limpet.pid);
  const probing = probe(limpet, PROBE_SECONDS);
  for (let i = 0; i < 25; i++) await pause();
  const first = performance.now();
  const moved = api.move(count, to.port, 1000).then(() => performance.now());
  const live = await untilMoved(limpet, count, to.name);
  const last = await moved;
  const result = await probing;
  const cpu = (await cpuMilliseconds(limpet.pid)) - before;
  const pushes = pushesIn(limpet.log.slice(from));
  return { whole: live - first, behind: live - last, pushes, cpu, probe: result };
}

/**
 * Changes the Endpoints of so many applications within a second, again and again until the machine ran for nobody else
 * meanwhile; the quietest time counts.
 * @param pair two servers, each of which answers on every address
 */
export async function measureQuietBurst(limpet: Limpet, api: ClusterApi, count: number, pair: Pair): Promise<Burst> {
  let turn = 0;
  const measure = () => watchStolenTime(() => measureBurst(limpet, api, count, targetOf(pair, turn++)));
  return (await quietOne(measure, { most: MOST_BURSTS, stolen: 0 })).value;
}
