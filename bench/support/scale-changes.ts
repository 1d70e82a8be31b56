import type { TestEndpoint } from "../../test/support/endpoints.ts";
import type { Limpet } from "../../test/support/limpet.ts";
import { ingress, service, sticky } from "../../test/support/manifests.ts";
import { quantile } from "../../test/support/row.ts";
import { fileOf, hostOf, partObjects, sliceOf } from "./scale-objects.ts";
import { cpuMilliseconds } from "./scale-process.ts";
import { quietest, watchStolenTime } from "./stolen-time.ts";

/** Milliseconds. */
export interface Propagation {
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
  /** Of the controller, for each change. */
  readonly cpu: number;
  /** Changes that were made, those that do not count among them. */
  readonly made: number;
}

/** A way to change the folder: saves change number `i`, and says whether an answer shows it. */
export interface ChangeKind {
  readonly name: string;
  readonly save: (limpet: Limpet, i: number) => Promise<void>;
  readonly isLive: (limpet: Limpet, i: number) => Promise<boolean>;
}

/** Out of reach of the other applications' addresses. */
export const SINGLE = 100_000;

/** Between two changes; milliseconds. */
const PAUSE = 20;

/** Changes that are made for each that is wanted, at most. */
const TRIES = 3;

/** @param pair two servers, each of which answers on every address */
export function changeKinds(count: number, pair: readonly [TestEndpoint, TestEndpoint]): readonly ChangeKind[] {
  const target = (i: number) => pair[(i + 1) % 2] as TestEndpoint;
  const single = async (limpet: Limpet, i: number) =>
    limpet.write([sliceOf("single", SINGLE, target(i).port)], "single-slice.json");
  const answersFrom = (host: string) => async (limpet: Limpet, i: number) =>
    (await limpet.send({ host })).endpoint === target(i).name;
  return [
    { name: "endpoints, in a file of their own", save: single, isLive: answersFrom("single.test") },
    {
      name: "new route, in a file of its own",
      save: (limpet, i) => limpet.write([newRoute(i)], "route.json"),
      isLive: async (limpet, i) => (await limpet.send({ host: `route-${i}.test` })).status === 200,
    },
    {
      name: "endpoints, in a file of 100 Ingresses",
      save: (limpet, i) => limpet.write(partObjects(0, count, pair[0].port, target(i).port), fileOf(0)),
      isLive: answersFrom(hostOf(0)),
    },
  ];
}

function newRoute(i: number) {
  return ingress({ name: "route", host: `route-${i}.test`, paths: [{ service: "single" }], annotations: sticky() });
}

/** The application that the changes of one object are about. */
export async function addSingle(limpet: Limpet, endpoint: TestEndpoint): Promise<void> {
  const route = ingress({ name: "single", host: "single.test", paths: [{ service: "single" }], annotations: sticky() });
  await limpet.write([sliceOf("single", SINGLE, endpoint.port)], "single-slice.json");
  await limpet.apply([route, service("single")], "single.json");
}

export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE));
}

async function measureOne(limpet: Limpet, kind: ChangeKind, i: number): Promise<number> {
  await kind.save(limpet, i);
  const saved = performance.now();
  while (!(await kind.isLive(limpet, i))) {
    // Asked again at once: the time between two requests is what the measurement cannot see.
    if (performance.now() - saved > 10_000) throw new Error(`change ${i} (${kind.name}) never became live`);
  }
  return performance.now() - saved;
}

/**
 * Saves changes one after another, each as soon as the one before is live. Those while which the machine ran for somebody
 * else are made up for by others.
 */
export async function measureChanges(limpet: Limpet, kind: ChangeKind, changes: number): Promise<Propagation> {
  const before = await cpuMilliseconds(limpet.pid);
  let i = 0;
  const measure = async () => {
    const watched = await watchStolenTime(() => measureOne(limpet, kind, i++));
    await pause();
    return watched;
  };
  const quiet = await quietest(measure, { count: changes, most: TRIES * changes, stolen: 0 });
  const cpu = ((await cpuMilliseconds(limpet.pid)) - before) / i;
  const milliseconds = quiet.map(({ value }) => value);
  const [p50 = 0, p99 = 0, most = 0] = [0.5, 0.99, 1].map((share) => quantile(milliseconds, share));
  return { p50, p99, most, cpu, made: i };
}
