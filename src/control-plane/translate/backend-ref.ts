import type { IngressBackend } from "../objects/model.ts";

/** What a URL says of where it leads. */
export interface UrlTarget {
  readonly scheme: "http" | "https";
  /** A DNS name in lower case, or an IP address without brackets. */
  readonly host: string;
  readonly port: number;
}

/** A Service's port as an Ingress names it, or what a URL leads to: what a Backend is made from. */
export interface BackendRef {
  /** The id of the Backend, `namespace/service:port`, with `@address` behind it for one through the address; `scheme://host:port`. */
  readonly id: string;
  /** `namespace/service`; empty where a URL is named. */
  readonly service: string;
  /** As written; empty when no port is. */
  readonly port: string;
  /** `address`: its one Endpoint is the Service's own address; absent: its Endpoints are the Service's. */
  readonly through?: "address";
  /** What the URL says (url-backend.ts). */
  readonly target?: UrlTarget;
}

/** A Backend besides its own that a Route leads to, and where the Ingress names it. */
export interface OtherRef extends BackendRef {
  readonly named?: { readonly field: string; readonly value: string };
}

/** The Backend of closed Routes: it never has an Endpoint, so they answer 503. No Service can be called this. */
export const CLOSED_BACKEND = "closed";

export const CLOSED: BackendRef = { id: CLOSED_BACKEND, service: CLOSED_BACKEND, port: "" };

/** @param service `namespace/name` */
export function backendRef(service: string, port: number | string | undefined): BackendRef {
  const text = port === undefined ? "" : `${port}`;
  return { id: `${service}:${text}`, service, port: text };
}

/** The Backend of the same Service's own address (`service-upstream`): another one, since its Endpoints differ. */
export function throughAddress({ id, service, port }: BackendRef): BackendRef {
  return { id: `${id}@address`, service, port, through: "address" };
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
