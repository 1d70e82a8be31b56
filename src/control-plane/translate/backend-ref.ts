import type { IngressBackend } from "../objects/model.ts";

/** A Service's port as an Ingress names it: what a Backend is made from. */
export interface BackendRef {
  /** The id of the Backend, `namespace/service:port`. */
  readonly id: string;
  /** `namespace/service`. */
  readonly service: string;
  /** As written; empty when no port is. */
  readonly port: string;
}

/** The Backend of closed Routes: it never has an Endpoint, so they answer 503. No Service can be called this. */
export const CLOSED_BACKEND = "closed";

export const CLOSED: BackendRef = { id: CLOSED_BACKEND, service: CLOSED_BACKEND, port: "" };

/** @param service `namespace/name` */
export function backendRef(service: string, port: number | string | undefined): BackendRef {
  const text = port === undefined ? "" : `${port}`;
  return { id: `${service}:${text}`, service, port: text };
}

/** Stands for the first port of a Service, whatever it is called: no port is called this. */
export const FIRST_PORT = "*";

/** The reference of a Backend's id. */
export function refOfId(id: string): BackendRef {
  const colon = id.lastIndexOf(":");
  return { id, service: id.substring(0, colon), port: id.substring(colon + 1) };
}

/** What an Ingress's backend means in its namespace; undefined for a resource, which nobody serves. */
export function refOf(namespace: string, backend: IngressBackend): BackendRef | undefined {
  if (backend.kind === "resource") return undefined;
  return backendRef(`${namespace}/${backend.service}`, backend.port);
}
