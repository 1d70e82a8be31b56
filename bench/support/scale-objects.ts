import { ingress, type Manifest, service, sticky } from "../../test/support/manifests.ts";

export const ENDPOINTS_EACH = 5;
/** Ingresses in one file of manifests; with each its Service and its EndpointSlice. */
export const INGRESSES_EACH = 100;

export function hostOf(i: number): string {
  return `app-${i}.test`;
}

export function fileOf(part: number): string {
  return `part-${part}.json`;
}

/** An address of the loopback network: a server that listens on all of them answers for every Endpoint. */
function addressOf(endpoint: number): string {
  return `127.${1 + (endpoint >> 16)}.${(endpoint >> 8) & 255}.${endpoint & 255}`;
}

/** The Endpoints of one Service, in one slice as Kubernetes makes it. */
export function sliceOf(name: string, i: number, port: number): Manifest {
  const endpoints = Array.from({ length: ENDPOINTS_EACH }, (_, k) => ({
    addresses: [addressOf(i * ENDPOINTS_EACH + k)],
    conditions: { ready: true, serving: true, terminating: false },
    targetRef: { kind: "Pod", name: `${name}-${k}`, uid: `uid-${name}-${k}` },
  }));
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: `${name}-slice`, labels: { "kubernetes.io/service-name": name } },
    addressType: "IPv4",
    ports: [{ name: "http", port }],
    endpoints,
  };
}

/** An Ingress with one host and affinity, its Service, its Endpoints. */
function application(i: number, port: number): Manifest[] {
  const name = `app-${i}`;
  const route = ingress({ name, host: hostOf(i), paths: [{ service: name }], annotations: sticky() });
  return [route, service(name), sliceOf(name, i, port)];
}

/**
 * What one file of manifests holds.
 *
 * @param part which file, from 0
 * @param count Ingresses in all files
 * @param firstPort of the first application's Endpoints, when it differs from the others'
 */
export function partObjects(part: number, count: number, port: number, firstPort = port): Manifest[] {
  const first = part * INGRESSES_EACH;
  const length = Math.min(INGRESSES_EACH, count - first);
  return Array.from({ length }, (_, k) => application(first + k, k === 0 ? firstPort : port)).flat();
}

export function partsOf(count: number): number {
  return Math.ceil(count / INGRESSES_EACH);
}
