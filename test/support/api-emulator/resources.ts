import type { JsonObject } from "./api-object.ts";

/** A resource's plural name, with its group where two groups have the same one; as `kubectl` takes it. */
export type ResourceName =
  | "configmaps"
  | "endpointslices"
  | "events"
  | "events.events.k8s.io"
  | "ingressclasses"
  | "ingresses"
  | "leases"
  | "nodes"
  | "pods"
  | "secrets"
  | "services"
  | "validatingwebhookconfigurations";

/** What the API server knows of one kind of object. */
export interface Resource {
  readonly name: ResourceName;
  /** Empty for the core group. */
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Has the subresource `/status`, which alone changes `status`. What `status` is on a new object. */
  readonly emptyStatus?: JsonObject;
  /** `metadata.generation` counts the changes outside `metadata` and `status`. */
  readonly generation?: true;
  /** An update without a resourceVersion is refused (`AllowUnconditionalUpdate` of the kind's strategy is false). */
  readonly conditionalUpdateOnly?: true;
  /** An update creates what is not there (`AllowCreateOnUpdate`). */
  readonly createOnUpdate?: true;
  /** Lists that are `null` when they are empty, as Go encodes them. */
  readonly nullWhenEmpty?: readonly string[];
  /** Fields besides the name and the namespace that a field selector may ask for. */
  readonly selectableFields?: readonly string[];
  /** The fields that a bookmark of this kind carries, as Go encodes an empty object. */
  readonly bookmarkFields?: JsonObject;
}

const EVENT_FIELDS = ["reason", "type"];
const INVOLVED = ["kind", "namespace", "name", "uid", "apiVersion"].map((field) => `involvedObject.${field}`);

export const RESOURCES: readonly Resource[] = [
  {
    name: "ingresses",
    group: "networking.k8s.io",
    plural: "ingresses",
    kind: "Ingress",
    namespaced: true,
    emptyStatus: { loadBalancer: {} },
    generation: true,
    bookmarkFields: { spec: {}, status: { loadBalancer: {} } },
  },
  {
    name: "ingressclasses",
    group: "networking.k8s.io",
    plural: "ingressclasses",
    kind: "IngressClass",
    namespaced: false,
    generation: true,
    bookmarkFields: { spec: {} },
  },
  {
    name: "services",
    group: "",
    plural: "services",
    kind: "Service",
    namespaced: true,
    emptyStatus: { loadBalancer: {} },
    bookmarkFields: { spec: {}, status: { loadBalancer: {} } },
  },
  {
    name: "endpointslices",
    group: "discovery.k8s.io",
    plural: "endpointslices",
    kind: "EndpointSlice",
    namespaced: true,
    generation: true,
    nullWhenEmpty: ["endpoints", "ports"],
    bookmarkFields: { addressType: "", endpoints: null, ports: null },
  },
  {
    name: "secrets",
    group: "",
    plural: "secrets",
    kind: "Secret",
    namespaced: true,
    selectableFields: ["type"],
  },
  { name: "configmaps", group: "", plural: "configmaps", kind: "ConfigMap", namespaced: true },
  {
    name: "pods",
    group: "",
    plural: "pods",
    kind: "Pod",
    namespaced: true,
    emptyStatus: { phase: "Pending" },
    selectableFields: ["spec.nodeName", "spec.serviceAccountName", "status.phase", "status.podIP"],
    bookmarkFields: { spec: { containers: null }, status: {} },
  },
  {
    name: "nodes",
    group: "",
    plural: "nodes",
    kind: "Node",
    namespaced: false,
    emptyStatus: {},
    selectableFields: ["spec.unschedulable"],
    bookmarkFields: { spec: {}, status: {} },
  },
  {
    name: "leases",
    group: "coordination.k8s.io",
    plural: "leases",
    kind: "Lease",
    namespaced: true,
    conditionalUpdateOnly: true,
    createOnUpdate: true,
    bookmarkFields: { spec: {} },
  },
  {
    name: "events",
    group: "",
    plural: "events",
    kind: "Event",
    namespaced: true,
    createOnUpdate: true,
    selectableFields: [...INVOLVED, ...EVENT_FIELDS],
  },
  {
    name: "events.events.k8s.io",
    group: "events.k8s.io",
    plural: "events",
    kind: "Event",
    namespaced: true,
    createOnUpdate: true,
    selectableFields: EVENT_FIELDS,
  },
  {
    name: "validatingwebhookconfigurations",
    group: "admissionregistration.k8s.io",
    plural: "validatingwebhookconfigurations",
    kind: "ValidatingWebhookConfiguration",
    namespaced: false,
    generation: true,
  },
];

export const API_VERSION = "v1";

/** `v1`, or `networking.k8s.io/v1`: every resource here is served in one version. */
export function apiVersionOf(resource: Resource): string {
  return resource.group === "" ? API_VERSION : `${resource.group}/${API_VERSION}`;
}

const BY_NAME = new Map(RESOURCES.map((resource) => [resource.name, resource]));
const BY_PATH = new Map(RESOURCES.map((resource) => [`${apiVersionOf(resource)}/${resource.plural}`, resource]));
const BY_KIND = new Map(RESOURCES.map((resource) => [`${apiVersionOf(resource)}/${resource.kind}`, resource]));

/** @throws Error for a name that is not served: a test's mistake */
export function resourceNamed(name: ResourceName): Resource {
  const resource = BY_NAME.get(name);
  if (resource === undefined) throw new Error(`the API emulator serves no resource named ${name}`);
  return resource;
}

export function resourceAt(apiVersion: string, plural: string): Resource | undefined {
  return BY_PATH.get(`${apiVersion}/${plural}`);
}

/** @throws Error for a kind that is not served: a test's mistake */
export function resourceOfKind(apiVersion: unknown, kind: unknown): Resource {
  const resource = BY_KIND.get(`${apiVersion}/${kind}`);
  if (resource === undefined) throw new Error(`the API emulator serves no ${kind} of ${apiVersion}`);
  return resource;
}
