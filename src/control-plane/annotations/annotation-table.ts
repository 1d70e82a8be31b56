import { AFFINITY_ANNOTATIONS } from "./affinity-annotations.ts";
import type { Annotation, ServedAnnotation } from "./annotation.ts";
import { CANARY_ANNOTATIONS } from "./canary-annotations.ts";
import { OBSOLETE_ANNOTATIONS, REFUSED_ANNOTATIONS } from "./groups/refused.ts";
import { ADDRESS_ANNOTATIONS } from "./policies/addresses.ts";
import { AUTHORITY_ANNOTATIONS } from "./policies/authority-annotations.ts";
import { BALANCING_ANNOTATIONS } from "./policies/balancing.ts";
import { BASIC_AUTH_ANNOTATIONS } from "./policies/basic-auth.ts";
import { BODY_ANNOTATIONS } from "./policies/bodies.ts";
import { BUFFER_ANNOTATIONS } from "./policies/buffers.ts";
import { CIPHER_ANNOTATIONS } from "./policies/ciphers.ts";
import { CLIENT_CERTIFICATE_ANNOTATIONS } from "./policies/client-certificates.ts";
import { CONNECTION_PROXY_HEADER } from "./policies/connection-header.ts";
import { CORS_ANNOTATIONS } from "./policies/cors.ts";
import { ENDPOINT_TLS_ANNOTATIONS } from "./policies/endpoint-tls-annotations.ts";
import { ERROR_ANNOTATIONS } from "./policies/errors.ts";
import { HOST_ANNOTATIONS } from "./policies/hosts.ts";
import { HTTPS_REDIRECT_ANNOTATIONS } from "./policies/https-redirect.ts";
import { LIMIT_ANNOTATIONS } from "./policies/limits.ts";
import { LOG_ANNOTATIONS } from "./policies/logs.ts";
import { MIRROR_ANNOTATIONS } from "./policies/mirror.ts";
import { PATH_ANNOTATIONS } from "./policies/paths.ts";
import { PROTOCOL_ANNOTATIONS } from "./policies/protocols.ts";
import { REDIRECT_ANNOTATIONS } from "./policies/redirects.ts";
import { RESPONSE_HEADER_ANNOTATIONS } from "./policies/response-headers.ts";
import { RETRY_ANNOTATIONS } from "./policies/retries.ts";
import { SATISFY } from "./policies/satisfy.ts";
import { TIMEOUT_ANNOTATIONS } from "./policies/timeouts.ts";
import { UPSTREAM_HOST_ANNOTATIONS } from "./policies/upstream-host.ts";

/**
 * Every annotation that ingress-nginx 1.15.1 knows, what Limpet does with it, and a few of Limpet's own. Declared once, here: the reader of
 * Ingresses, the reference page and `limpet check` all go by this table.
 */
export const ANNOTATIONS: readonly Annotation[] = [
  ...AFFINITY_ANNOTATIONS,
  ...CANARY_ANNOTATIONS,
  ...BALANCING_ANNOTATIONS,
  ...TIMEOUT_ANNOTATIONS,
  ...RETRY_ANNOTATIONS,
  ...HOST_ANNOTATIONS,
  ...PATH_ANNOTATIONS,
  ...ERROR_ANNOTATIONS,
  ...REDIRECT_ANNOTATIONS,
  ...HTTPS_REDIRECT_ANNOTATIONS,
  ...PROTOCOL_ANNOTATIONS,
  ...UPSTREAM_HOST_ANNOTATIONS,
  CONNECTION_PROXY_HEADER,
  ...RESPONSE_HEADER_ANNOTATIONS,
  ...BODY_ANNOTATIONS,
  ...BUFFER_ANNOTATIONS,
  ...CORS_ANNOTATIONS,
  ...ADDRESS_ANNOTATIONS,
  ...LIMIT_ANNOTATIONS,
  ...BASIC_AUTH_ANNOTATIONS,
  SATISFY,
  ...AUTHORITY_ANNOTATIONS,
  ...CLIENT_CERTIFICATE_ANNOTATIONS,
  ...ENDPOINT_TLS_ANNOTATIONS,
  ...CIPHER_ANNOTATIONS,
  ...LOG_ANNOTATIONS,
  ...MIRROR_ANNOTATIONS,
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

/** The same, if it is served. */
export function findServed(name: string): ServedAnnotation<unknown> | undefined {
  const found = findAnnotation(name);
  return found?.status === "served" ? found : undefined;
}
