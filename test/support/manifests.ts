import type { TestEndpoint } from "./endpoints.ts";

/** Builders of Kubernetes objects as a person would write them. */
export type Manifest = Readonly<Record<string, unknown>>;

export interface PathSpec {
  readonly path?: string;
  readonly pathType?: "Prefix" | "Exact" | "ImplementationSpecific";
  readonly service: string;
  readonly port?: number | string;
}

export interface IngressSpec {
  readonly name?: string;
  readonly host?: string;
  readonly paths?: readonly PathSpec[];
  /** Names without the prefix. */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly createdAt?: string;
  readonly defaultBackend?: string;
}

/** `affinity: cookie` and whatever else, under ingress-nginx's prefix. */
export function sticky(more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return { affinity: "cookie", ...more };
}

function backend(service: string, port: number | string): Manifest {
  return { service: { name: service, port: typeof port === "number" ? { number: port } : { name: port } } };
}

function rules(spec: IngressSpec): Manifest[] {
  if (spec.defaultBackend !== undefined && spec.paths === undefined) return [];
  const paths = (spec.paths ?? [{ service: "web" }]).map((it) => ({
    path: it.path ?? "/",
    pathType: it.pathType ?? "Prefix",
    backend: backend(it.service, it.port ?? 80),
  }));
  return [{ ...(spec.host === undefined ? {} : { host: spec.host }), http: { paths } }];
}

export function ingress(spec: IngressSpec = {}): Manifest {
  const annotations = Object.fromEntries(
    Object.entries(spec.annotations ?? {}).map(([name, value]) => [`nginx.ingress.kubernetes.io/${name}`, value]),
  );
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: {
      name: spec.name ?? "web",
      annotations,
      ...(spec.createdAt === undefined ? {} : { creationTimestamp: spec.createdAt }),
    },
    spec: {
      ingressClassName: "nginx",
      rules: rules(spec),
      ...(spec.defaultBackend === undefined ? {} : { defaultBackend: backend(spec.defaultBackend, 80) }),
    },
  };
}

export function service(name = "web", port = 80): Manifest {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name },
    spec: { ports: [{ name: "http", port, targetPort: "http" }] },
  };
}

/** An Opaque Secret with these texts in it. */
export function secret(name: string, stringData: Readonly<Record<string, string>>): Manifest {
  return { apiVersion: "v1", kind: "Secret", metadata: { name }, stringData };
}

export function configMap(name: string, data: Readonly<Record<string, string>>): Manifest {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data };
}

/** A Service that stands for a name outside. */
export function externalService(externalName: string, name = "web"): Manifest {
  return { apiVersion: "v1", kind: "Service", metadata: { name }, spec: { type: "ExternalName", externalName } };
}

export interface SliceEntry {
  readonly endpoint: Pick<TestEndpoint, "name" | "address" | "port">;
  readonly state?: "ready" | "draining" | "not-ready";
}

/** One EndpointSlice for each endpoint, since each has a port of its own. */
export function slices(entries: readonly (SliceEntry | TestEndpoint)[], name = "web"): Manifest[] {
  return entries.map((entry) => {
    const { endpoint, state = "ready" } = "endpoint" in entry ? entry : { endpoint: entry };
    return {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: `${name}-${endpoint.name}`, labels: { "kubernetes.io/service-name": name } },
      addressType: endpoint.address.includes(":") ? "IPv6" : "IPv4",
      ports: [{ name: "http", port: endpoint.port }],
      endpoints: [
        {
          addresses: [endpoint.address],
          conditions: {
            ready: state === "ready",
            serving: state !== "not-ready",
            terminating: state === "draining",
          },
          targetRef: { kind: "Pod", name: endpoint.name, uid: `uid-${name}-${endpoint.name}` },
        },
      ],
    };
  });
}
