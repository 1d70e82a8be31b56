import type { z } from "zod";
import type { Kind, KubernetesObject, Metadata } from "./model.ts";
import type { Lost, Part } from "./part.ts";
import { readConfigMap } from "./schemas/config-map.ts";
import { readEndpointSlice } from "./schemas/endpoint-slice.ts";
import { readIngress } from "./schemas/ingress.ts";
import { readIngressClass } from "./schemas/ingress-class.ts";
import { label, subdomain } from "./schemas/names.ts";
import { readSecret } from "./schemas/secret.ts";
import { readService } from "./schemas/service.ts";

/** How objects of a kind are read. */
export interface KindReader {
  readonly apiVersion: string;
  readonly namespaced: boolean;
  /** Whether no Problem may show what stands in it. */
  readonly confidential?: true;
  readonly name: z.ZodType<string>;
  /** What the rest of the object gives; lost when it is not known what the object asks for. */
  readonly read: (part: Part, metadata: Metadata) => KubernetesObject | Lost;
}

const NETWORKING = "networking.k8s.io/v1";

/** The kinds that are read, each in one apiVersion. */
export const KINDS: ReadonlyMap<string, KindReader> = new Map<Kind, KindReader>([
  ["Ingress", { apiVersion: NETWORKING, namespaced: true, name: subdomain, read: readIngress }],
  ["IngressClass", { apiVersion: NETWORKING, namespaced: false, name: subdomain, read: readIngressClass }],
  ["Service", { apiVersion: "v1", namespaced: true, name: label, read: readService }],
  ["EndpointSlice", { apiVersion: "discovery.k8s.io/v1", namespaced: true, name: subdomain, read: readEndpointSlice }],
  ["Secret", { apiVersion: "v1", namespaced: true, confidential: true, name: subdomain, read: readSecret }],
  ["ConfigMap", { apiVersion: "v1", namespaced: true, name: subdomain, read: readConfigMap }],
]);
