import { endpointName } from "../../snapshot/endpoint-name.ts";
import type { Backend } from "../../snapshot/model.ts";
import type { EndpointSlice } from "../objects/model.ts";
import type { IdentifiedEndpoint } from "./merge-endpoints.ts";

/**
 * What a Deployment calls its pods: its own name, the `pod-template-hash` of the revision, five characters of chance, both in
 * the letters of `k8s.io/apimachinery/pkg/util/rand`. The pods of a StatefulSet and of a DaemonSet are named otherwise.
 */
const POD_NAME = /^((.+)-[bcdfghjklmnpqrstvwxz2456789]{6,10})-[bcdfghjklmnpqrstvwxz2456789]{5}$/;

/** Pod's name → the change with which it came, counted from 1. */
export type PodArrivals = ReadonlyMap<string, number>;

/** A ready Endpoint of a Deployment. */
interface ReadyPod {
  readonly position: number;
  readonly revision: string;
  readonly arrival: number;
}

function podNames(slices: readonly EndpointSlice[]): Set<string> {
  const names = new Set<string>();
  for (const { endpoints } of slices) for (const { targetName } of endpoints) names.add(targetName);
  return names;
}

/** A first look finds pods of all ages: those that another run of the controller called newest came after the others. */
function firstArrivals(
  names: Iterable<string>,
  endpoints: readonly IdentifiedEndpoint[],
  stored: Backend | undefined,
): PodArrivals {
  const arrivals = new Map<string, number>();
  for (const name of names) arrivals.set(name, 1);
  const newest = new Set(
    stored?.newest?.map((position) => stored.endpoints[position]).map((it) => it && endpointName(it)),
  );
  for (const { endpoint, podName } of endpoints) if (newest.has(endpointName(endpoint))) arrivals.set(podName, 2);
  return arrivals;
}

/**
 * Notes which pods have come, ready or not: one that is not ready for a while has not come again.
 *
 * @param before what was noted until now; undefined on the first look
 * @param stored the Backend as an earlier run of the controller published it
 */
export function noteArrivals(
  slices: readonly EndpointSlice[],
  endpoints: readonly IdentifiedEndpoint[],
  before: PodArrivals | undefined,
  stored: Backend | undefined,
): PodArrivals {
  const names = podNames(slices);
  if (before === undefined) return firstArrivals(names, endpoints, stored);
  let last = 0;
  for (const arrival of before.values()) last = Math.max(last, arrival);
  const arrivals = new Map<string, number>();
  for (const name of names) arrivals.set(name, before.get(name) ?? last + 1);
  return arrivals;
}

function readyPods(endpoints: readonly IdentifiedEndpoint[], arrivals: PodArrivals): Map<string, ReadyPod[]> {
  const deployments = new Map<string, ReadyPod[]>();
  endpoints.forEach(({ endpoint, podName }, position) => {
    const [, revision, deployment] = endpoint.state === "ready" ? (POD_NAME.exec(podName) ?? []) : [];
    if (revision === undefined || deployment === undefined) return;
    const pods = deployments.get(deployment) ?? [];
    deployments.set(deployment, pods);
    pods.push({ position, revision, arrival: arrivals.get(podName) ?? 1 });
  });
  return deployments;
}

/**
 * The revision whose pod came last; undefined when two of them came together. Not the one that appeared last: a roll-out that
 * is undone half way brings pods of the old revision, and those are the ones that stay.
 */
function newestRevision(pods: readonly ReadyPod[]): string | undefined {
  let last = 0;
  for (const { arrival } of pods) last = Math.max(last, arrival);
  const revisions = new Set(pods.filter(({ arrival }) => arrival === last).map(({ revision }) => revision));
  return revisions.size === 1 ? [...revisions][0] : undefined;
}

/**
 * The pods of a Deployment that sessions had better not move to, in a roll-out: those of older revisions, which go next, and of
 * the newest the half that came first. While pods are replaced one by one the first ones would otherwise get a part of all
 * that move, five times the mean after a hundred; the later half gets one session for each that its predecessors had, or
 * little more, since a pod stays in it only until as many have come after it.
 */
function passedOver(pods: readonly ReadyPod[]): readonly ReadyPod[] {
  const revision = newestRevision(pods);
  const newest = pods.filter((pod) => pod.revision === revision);
  if (revision === undefined || newest.length === pods.length) return [];
  const arrivals = newest.map(({ arrival }) => arrival).sort((a, b) => b - a);
  const since = arrivals[Math.ceil(arrivals.length / 2) - 1] ?? 0;
  return pods.filter((pod) => pod.revision !== revision || pod.arrival < since);
}

/**
 * Where sessions go that lose their Endpoint in a roll-out: the positions of the ready Endpoints that will still be there when
 * it is over. A revision of which no pod is ready does not matter. Undefined where nothing is being rolled out.
 */
export function newestPositions(
  endpoints: readonly IdentifiedEndpoint[],
  arrivals: PodArrivals,
): readonly number[] | undefined {
  const over = new Set<number>();
  for (const pods of readyPods(endpoints, arrivals).values()) {
    for (const { position } of passedOver(pods)) over.add(position);
  }
  if (over.size === 0) return undefined;
  const positions = [...endpoints.keys()];
  return positions.filter((position) => endpoints[position]?.endpoint.state === "ready" && !over.has(position));
}
