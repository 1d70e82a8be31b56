import type { NameChange } from "../names/resolved-name.ts";
import type {
  EndpointSlice,
  Ingress,
  IngressBackend,
  IngressClass,
  IngressPath,
  IngressRule,
  Metadata,
  Service,
  ServicePort,
  SliceEndpoint,
} from "../objects/model.ts";
import type { ObjectChange } from "../sources/source.ts";
import { TRANSLATE_DEFAULTS, type TranslateOptions } from "./translate-options.ts";

/** Builders of model objects for tests. */

export const TEST_OPTIONS: TranslateOptions = { ...TRANSLATE_DEFAULTS, keys: { current: Buffer.alloc(32, 7) } };

export function metadata(name: string, more: Partial<Metadata> = {}): Metadata {
  return { namespace: "default", name, uid: "", createdAt: 0, generation: 0, labels: {}, annotations: {}, ...more };
}

export function toService(service: string, port: number | string = 80): IngressBackend {
  return { kind: "service", service, port };
}

export function path(text: string, service: string, pathType: IngressPath["pathType"] = "Prefix"): IngressPath {
  return { path: text, pathType, backend: toService(service) };
}

export function rule(host: string, ...paths: readonly IngressPath[]): IngressRule {
  return { host, paths };
}

export function ingress(
  name: string,
  rules: readonly IngressRule[],
  more: Partial<Metadata> = {},
  fields: Partial<Ingress> = {},
): Ingress {
  return {
    kind: "Ingress",
    metadata: metadata(name, more),
    ingressClassName: "nginx",
    rules,
    tls: [],
    ...fields,
  };
}

export function ingressClass(name: string, controller: string): IngressClass {
  return { kind: "IngressClass", metadata: metadata(name, { namespace: "" }), controller };
}

export function service(name: string, more: Partial<Metadata> = {}, fields: Partial<Service> = {}): Service {
  const port: ServicePort = { name: "", port: 80, targetPort: 8080, protocol: "TCP" };
  return {
    kind: "Service",
    metadata: metadata(name, more),
    type: "ClusterIP",
    clusterIP: "",
    externalName: "",
    ipFamilies: [],
    ports: [port],
    ...fields,
  };
}

export function externalService(name: string, externalName: string): Service {
  return service(name, {}, { type: "ExternalName", externalName, ports: [] });
}

/** What a name leads to. @param ipv4 sorted */
export function resolved(name: string, ...ipv4: readonly string[]): NameChange {
  return { type: "resolved", name, resolved: { ipv4, ipv6: [] } };
}

export function endpoint(address: string, more: Partial<SliceEndpoint> = {}): SliceEndpoint {
  return {
    addresses: [address],
    ready: true,
    serving: true,
    terminating: false,
    targetUid: "",
    targetName: "",
    ...more,
  };
}

export function slice(
  name: string,
  serviceName: string,
  endpoints: readonly SliceEndpoint[],
  fields: Partial<EndpointSlice> = {},
): EndpointSlice {
  return {
    kind: "EndpointSlice",
    metadata: metadata(name, { labels: { "kubernetes.io/service-name": serviceName } }),
    addressType: "IPv4",
    endpoints,
    ports: [{ name: "", port: 8080, protocol: "TCP" }],
    ...fields,
  };
}

export function set(...objects: readonly Extract<ObjectChange, { type: "set" }>["object"][]): ObjectChange[] {
  return objects.map((object) => ({ type: "set", object }));
}

export function deleted(object: Extract<ObjectChange, { type: "set" }>["object"]): ObjectChange {
  const { kind, metadata: names } = object;
  return { type: "deleted", kind, namespace: names.namespace, name: names.name };
}
