/**
 * Kubernetes objects as the pipeline sees them: trimmed to what is used, with every default filled in, of the right
 * shape. `sources/` makes them (through `objects/parse-object.ts`), `translate/` reads them; nothing behind `translate/`
 * does.
 */

export interface Metadata {
  readonly namespace: string;
  readonly name: string;
  /** Empty when a manifest gives none. */
  readonly uid: string;
  /** Milliseconds since 1970; 0 when a manifest gives none. */
  readonly createdAt: number;
  readonly generation: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface ServicePortRef {
  readonly service: string;
  /** The port's number, or its name, as the Ingress writes it; absent when neither is given. */
  readonly port?: number | string;
}

/** `resource`: a backend that is not a Service, which nobody serves. */
export type IngressBackend = ({ readonly kind: "service" } & ServicePortRef) | { readonly kind: "resource" };

export interface IngressPath {
  /** Its place in the object's list, where others before it were lost. */
  readonly position?: number;
  /** As written; empty when absent. */
  readonly path: string;
  readonly pathType: "Exact" | "Prefix" | "ImplementationSpecific";
  readonly backend: IngressBackend;
}

export interface IngressRule {
  /** Its place in the object's list, where others before it were lost. */
  readonly position?: number;
  /** Empty: every host. */
  readonly host: string;
  /** Absent: the rule has no `http`. */
  readonly paths?: readonly IngressPath[];
}

export interface IngressTls {
  readonly hosts: readonly string[];
  readonly secretName: string;
}

/** One or both of them. */
export interface LoadBalancerAddress {
  readonly ip?: string;
  readonly hostname?: string;
}

/** What an Ingress has from its cluster. Nothing is translated from it: a change of it alone costs no push. */
export interface IngressObserved {
  readonly resourceVersion: string;
  /** `status.loadBalancer.ingress`. */
  readonly loadBalancer: readonly LoadBalancerAddress[];
}

export interface Ingress {
  readonly kind: "Ingress";
  readonly metadata: Metadata;
  /** Absent: it never was in a cluster. */
  readonly observed?: IngressObserved;
  readonly ingressClassName?: string;
  readonly defaultBackend?: IngressBackend;
  readonly rules: readonly IngressRule[];
  readonly tls: readonly IngressTls[];
}

export interface IngressClass {
  readonly kind: "IngressClass";
  /** Its namespace is empty. */
  readonly metadata: Metadata;
  readonly controller: string;
}

export interface ServicePort {
  /** Empty when unnamed. */
  readonly name: string;
  readonly port: number;
  /** A number, or the name of a container's port; the port itself when absent. */
  readonly targetPort: number | string;
  readonly protocol: string;
}

export interface Service {
  readonly kind: "Service";
  readonly metadata: Metadata;
  readonly type: string;
  readonly clusterIP: string;
  readonly externalName: string;
  readonly ipFamilies: readonly string[];
  readonly ports: readonly ServicePort[];
}

export interface SliceEndpoint {
  readonly addresses: readonly string[];
  /** Conditions as the API defines their absence: ready and serving when unknown, terminating not. */
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  /** The UID of the pod behind it; empty when the slice names none. */
  readonly targetUid: string;
  /** Name of the pod; empty when it is none. */
  readonly targetName: string;
}

export interface SlicePort {
  /** Empty when unnamed. */
  readonly name: string;
  /** Absent: every port. */
  readonly port?: number;
  readonly protocol: string;
}

export interface EndpointSlice {
  readonly kind: "EndpointSlice";
  readonly metadata: Metadata;
  readonly addressType: "IPv4" | "IPv6" | "FQDN";
  readonly endpoints: readonly SliceEndpoint[];
  readonly ports: readonly SlicePort[];
}

export interface Secret {
  readonly kind: "Secret";
  readonly metadata: Metadata;
  readonly type: string;
  /** Decoded from base64. */
  readonly data: Readonly<Record<string, Uint8Array>>;
}

export interface ConfigMap {
  readonly kind: "ConfigMap";
  readonly metadata: Metadata;
  readonly data: Readonly<Record<string, string>>;
}

export type KubernetesObject = Ingress | IngressClass | Service | EndpointSlice | Secret | ConfigMap;
export type Kind = KubernetesObject["kind"];

/** `Ingress default/web`; `IngressClass nginx` for what has no namespace: the name of an object in a Problem. */
export function objectName(kind: string, metadata: { readonly namespace: string; readonly name: string }): string {
  return metadata.namespace === "" ? `${kind} ${metadata.name}` : `${kind} ${metadata.namespace}/${metadata.name}`;
}
