import { type Answer, startEndpoint, type TestEndpoint } from "../endpoints.ts";
import type { Manifest, SliceEntry } from "../manifests.ts";
import { enterPodNetwork, podAddress, podAddress6 } from "./own-network.ts";

/** The port that every pod of these tests listens on. */
export const POD_PORT = 8080;

function startAt(name: string, address: string, answer?: Answer): Promise<TestEndpoint> {
  enterPodNetwork();
  return startEndpoint(name, { address, port: POD_PORT, ...(answer === undefined ? {} : { answer }) });
}

/** Starts an application server at the address of the pod of this number, from 1 to 254. */
export function startPod(pod: number, answer?: Answer, name = `pod-${pod}`): Promise<TestEndpoint> {
  return startAt(name, podAddress(pod), answer);
}

/** The same in IPv6, from 1 to 3. */
export function startPod6(pod: number): Promise<TestEndpoint> {
  return startAt(`pod6-${pod}`, podAddress6(pod));
}

/** Starts the pods 1 to `count`. */
export function startPods(count: number, answer?: Answer): Promise<TestEndpoint[]> {
  return Promise.all(Array.from({ length: count }, (_, i) => startPod(i + 1, answer)));
}

function entryOf(pod: SliceEntry | TestEndpoint): Manifest {
  const { endpoint, state = "ready" } = "endpoint" in pod ? pod : { endpoint: pod };
  return {
    addresses: [endpoint.address],
    conditions: { ready: state === "ready", serving: state !== "not-ready", terminating: state === "draining" },
    targetRef: { kind: "Pod", namespace: "default", name: endpoint.name, uid: `uid-${endpoint.name}` },
  };
}

/** The EndpointSlice that Kubernetes keeps for a Service's pods of one address family. */
export function podSlice(pods: readonly (SliceEntry | TestEndpoint)[], service = "web", suffix = "ipv4"): Manifest {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: `${service}-${suffix}`, labels: { "kubernetes.io/service-name": service } },
    addressType: suffix === "ipv6" ? "IPv6" : "IPv4",
    ports: [{ name: "http", port: POD_PORT, protocol: "TCP" }],
    endpoints: pods.map(entryOf),
  };
}
