import { AFFINITY_ANNOTATIONS } from "./affinity-annotations.ts";
import type { Annotation } from "./annotation.ts";
import {
  ADDRESS_ANNOTATIONS,
  AUTHENTICATION_ANNOTATIONS,
  CLIENT_CERTIFICATE_ANNOTATIONS,
  GLOBAL_AUTHENTICATION_ANNOTATIONS,
  LIMIT_ANNOTATIONS,
} from "./groups/access.ts";
import { BALANCING_ANNOTATIONS, CANARY_ANNOTATIONS, RETRY_ANNOTATIONS } from "./groups/balancing.ts";
import { BUFFER_ANNOTATIONS, CORS_ANNOTATIONS, HEADER_ANNOTATIONS, PROTOCOL_ANNOTATIONS } from "./groups/proxying.ts";
import { OBSOLETE_ANNOTATIONS, REFUSED_ANNOTATIONS } from "./groups/refused.ts";
import { PENDING_REDIRECT_ANNOTATIONS, ROUTING_ANNOTATIONS } from "./groups/routing.ts";
import { CLIENT_TLS_ANNOTATIONS, ENDPOINT_TLS_ANNOTATIONS, LOG_ANNOTATIONS } from "./groups/tls-and-logs.ts";
import { HTTPS_REDIRECT_ANNOTATIONS } from "./policies/https-redirect.ts";
import { REDIRECT_ANNOTATIONS } from "./policies/redirects.ts";

/**
 * Every annotation that ingress-nginx 1.15.1 knows, and what Limpet does with it. Declared once, here: the reader of
 * Ingresses, the reference page and `limpet check` all go by this table.
 */
export const ANNOTATIONS: readonly Annotation[] = [
  ...AFFINITY_ANNOTATIONS,
  ...CANARY_ANNOTATIONS,
  ...BALANCING_ANNOTATIONS,
  ...RETRY_ANNOTATIONS,
  ...ROUTING_ANNOTATIONS,
  ...REDIRECT_ANNOTATIONS,
  ...HTTPS_REDIRECT_ANNOTATIONS,
  ...PENDING_REDIRECT_ANNOTATIONS,
  ...PROTOCOL_ANNOTATIONS,
  ...HEADER_ANNOTATIONS,
  ...BUFFER_ANNOTATIONS,
  ...CORS_ANNOTATIONS,
  ...ADDRESS_ANNOTATIONS,
  ...LIMIT_ANNOTATIONS,
  ...AUTHENTICATION_ANNOTATIONS,
  ...GLOBAL_AUTHENTICATION_ANNOTATIONS,
  ...CLIENT_CERTIFICATE_ANNOTATIONS,
  ...ENDPOINT_TLS_ANNOTATIONS,
  ...CLIENT_TLS_ANNOTATIONS,
  ...LOG_ANNOTATIONS,
  ...REFUSED_ANNOTATIONS,
  ...OBSOLETE_ANNOTATIONS,
];

const BY_NAME: ReadonlyMap<string, Annotation> = new Map(
  ANNOTATIONS.map((annotation) => [annotation.name, annotation]),
);

/** @param name without its prefix */
export function findAnnotation(name: string): Annotation | undefined {
  return BY_NAME.get(name);
}
