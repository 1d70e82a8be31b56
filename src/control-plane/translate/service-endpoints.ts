import { isIP } from "node:net";
import type { EndpointState } from "../../snapshot/model.ts";
import type { EndpointSlice, Service, ServicePort, SliceEndpoint } from "../objects/model.ts";
import { isPort } from "../objects/schemas/ports.ts";
import { FIRST_PORT } from "./backend-ref.ts";

/** An address and port of an EndpointSlice, before those that mean one pod are joined. */
export interface Candidate {
  readonly address: string;
  readonly port: number;
  readonly state: EndpointState;
  /** UID and name of the pod; empty when the slice names none. */
  readonly uid: string;
  readonly podName: string;
  readonly family: "IPv4" | "IPv6";
}

/** Something in a slice that cannot be an Endpoint. */
export interface Unusable {
  /** `namespace/name` of the slice. */
  readonly slice: string;
  readonly address: string;
}

/**
 * The Service's port that an Ingress means: the first whose number, target port or name is what the Ingress writes
 * (ingress-nginx 1.15.1). TCP only.
 */
export function findServicePort(service: Service, written: number | string | undefined): ServicePort | undefined {
  if (written === undefined || written === "") return undefined;
  if (written === FIRST_PORT) return service.ports.find(({ protocol }) => protocol === "TCP");
  const text = `${written}`;
  return service.ports.find(
    ({ protocol, port, targetPort, name }) =>
      protocol === "TCP" && (`${port}` === text || `${targetPort}` === text || name === text),
  );
}

/** The port numbers that a slice gives for a Service's port (ingress-nginx 1.15.1). */
export function slicePorts(slice: EndpointSlice, port: ServicePort): readonly number[] {
  const target = typeof port.targetPort === "number" ? [port.targetPort] : [];
  if (slice.ports.length === 0) return target;
  const tcp = slice.ports.filter(({ protocol }) => protocol === "TCP");
  if (tcp.length === 0) return [];
  const named = port.name === "" ? tcp : tcp.filter(({ name }) => name === port.name);
  const numbers = named.flatMap((candidate) => candidate.port ?? target);
  return named.length === 0 ? target : numbers;
}

/**
 * `ready` gets new sessions. A pod that shuts down and still serves keeps those it has (KEP-1669); undefined: neither.
 */
export function endpointState(endpoint: SliceEndpoint): EndpointState | undefined {
  const { ready, serving, terminating } = endpoint;
  if (terminating) return serving || ready ? "draining" : undefined;
  return ready ? "ready" : undefined;
}

function readEndpoint(
  slice: EndpointSlice,
  endpoint: SliceEndpoint,
  ports: readonly number[],
  found: Candidate[],
  unusable: Unusable[],
): void {
  const state = endpointState(endpoint);
  if (state === undefined) return;
  for (const address of endpoint.addresses) {
    // A zone (`fe80::1%eth0`) means something on one machine only.
    const version = address.includes("%") ? 0 : isIP(address);
    for (const port of ports) {
      if (version !== 0 && isPort(port)) {
        const { targetUid: uid, targetName: podName } = endpoint;
        found.push({ address, port, state, uid, podName, family: version === 6 ? "IPv6" : "IPv4" });
      } else {
        const name = `${slice.metadata.namespace}/${slice.metadata.name}`;
        unusable.push({ slice: name, address: `${address}:${port}` });
      }
    }
  }
}

/** An address of which nothing else is known: no pod is named. */
export function addressOnly(address: string, port: number): Candidate {
  return { address, port, state: "ready", uid: "", podName: "", family: isIP(address) === 6 ? "IPv6" : "IPv4" };
}

/** A Service's own address (ClusterIP) and port; undefined for one that has none, as headless ones. */
export function ownAddress({ clusterIP }: Service, { port }: ServicePort): Candidate | undefined {
  return isIP(clusterIP) === 0 || !isPort(port) ? undefined : addressOnly(clusterIP, port);
}

/** Every address and port that the slices of a Service give for one of its ports, as they come. */
export function candidatesOf(
  port: ServicePort,
  slices: Iterable<EndpointSlice>,
): { readonly found: readonly Candidate[]; readonly unusable: readonly Unusable[] } {
  const found: Candidate[] = [];
  const unusable: Unusable[] = [];
  for (const slice of slices) {
    const ports = slicePorts(slice, port);
    for (const endpoint of slice.endpoints) readEndpoint(slice, endpoint, ports, found, unusable);
  }
  return { found, unusable };
}
