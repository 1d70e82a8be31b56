import type { ApiObject, JsonObject } from "../../test/support/api-emulator/api-object.ts";
import { withManagedFields } from "../../test/support/api-emulator/managed-fields.ts";
import { ingress, type Manifest, service, sticky } from "../../test/support/manifests.ts";
import { hostOf, sliceOf } from "./scale-objects.ts";

/** What Limpet writes into statuses, and what stands there already: this is no first installation. */
export const STATUS_ADDRESS = "192.0.2.1";

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

const CLASS: JsonObject = {
  apiVersion: "networking.k8s.io/v1",
  kind: "IngressClass",
  metadata: { name: "nginx" },
  spec: { controller: "k8s.io/ingress-nginx" },
};

/** An object as it stands in a cluster after `kubectl apply`, with all that a controller gets and does not use. */
export function applied(object: Manifest, status?: JsonObject): JsonObject {
  const { metadata, ...rest } = object as ApiObject;
  const annotations = {
    ...(metadata["annotations"] as JsonObject | undefined),
    [LAST_APPLIED]: JSON.stringify(object),
  };
  // A time of its own, lest it counts as one that was created after the controller's start.
  const whole = { ...rest, metadata: { ...metadata, creationTimestamp: "2026-01-31T12:00:00Z", annotations } };
  return withManagedFields({ ...whole, ...(status !== undefined && { status }) });
}

/** What stands in a cluster at first. */
export interface Filling {
  /** Applications: an Ingress, a Service and its Endpoints each. */
  readonly count: number;
  /** That Endpoints listen on. */
  readonly port: number;
  /** Ingresses with which something is wrong. */
  readonly problems: number;
}

export interface IngressChoices {
  readonly className?: string;
  /** Whether something is wrong with it. */
  readonly withProblem?: boolean;
}

export function ingressInCluster(
  name: string,
  host: string,
  backend: string,
  { className = "nginx", withProblem = false }: IngressChoices = {},
): JsonObject {
  const annotations = sticky(withProblem ? { "session-cookie-max-age": "1h" } : {});
  const { spec, ...route } = ingress({ name, host, paths: [{ service: backend }], annotations });
  const status = { loadBalancer: { ingress: [{ ip: STATUS_ADDRESS }] } };
  return applied({ ...route, spec: { ...(spec as JsonObject), ingressClassName: className } }, status);
}

export function serviceInCluster(name: string): JsonObject {
  return applied(service(name), { loadBalancer: {} });
}

/** A slice as Kubernetes makes it of pods. @param i which application's addresses */
export function sliceInCluster(name: string, i: number, port: number): JsonObject {
  const slice = sliceOf(name, i, port) as ApiObject & { readonly endpoints: readonly JsonObject[] };
  const { labels, ...metadata } = slice.metadata;
  const managedBy = { "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io" };
  const owner = { apiVersion: "v1", kind: "Service", name, uid: `uid-${name}`, controller: true };
  return withManagedFields(
    {
      ...slice,
      metadata: { ...metadata, labels: { ...labels, ...managedBy }, ownerReferences: [owner] },
      endpoints: slice.endpoints.map((endpoint, k) => ({ ...endpoint, nodeName: `node-${k}`, zone: `zone-${k % 3}` })),
    },
    "kube-controller-manager",
  );
}

function application(i: number, { port, problems }: Filling): readonly JsonObject[] {
  const name = `app-${i}`;
  const route = ingressInCluster(name, hostOf(i), name, { withProblem: i < problems });
  return [route, serviceInCluster(name), sliceInCluster(name, i, port)];
}

/** Everything: a class, and so many applications. */
export function* clusterObjects(filling: Filling): Generator<JsonObject> {
  yield CLASS;
  for (let i = 0; i < filling.count; i++) yield* application(i, filling);
}
