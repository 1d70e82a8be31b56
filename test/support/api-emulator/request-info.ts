import { API_VERSION, type Resource, resourceAt } from "./resources.ts";

/** A request's verb, as RBAC names them. */
export type Verb = "create" | "delete" | "get" | "list" | "patch" | "update" | "watch";

/** What a request is about. */
export interface RequestInfo {
  readonly verb: Verb;
  readonly resource: Resource;
  /** Empty for all namespaces, and where there are none. */
  readonly namespace: string;
  /** Empty for a whole collection. */
  readonly name: string;
  /** `status`, or empty. */
  readonly subresource: string;
  readonly query: URLSearchParams;
}

interface Place {
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
}

/** The group's version and what comes after it. */
function splitVersion(parts: readonly string[]): readonly [string, readonly string[]] {
  if (parts[0] === "api") return [parts[1] ?? "", parts.slice(2)];
  if (parts[0] === "apis") return [`${parts[1]}/${parts[2]}`, parts.slice(3)];
  return ["", []];
}

/** The parts of a path, decoded; none for a path that is not rightly encoded. */
function partsOf(path: string): readonly string[] {
  try {
    return path.split("/").slice(1).map(decodeURIComponent);
  } catch {
    return [];
  }
}

function placeOf(path: string): Place | undefined {
  const [apiVersion, rest] = splitVersion(partsOf(path));
  const inNamespace = rest[0] === "namespaces";
  const [plural, name = "", subresource = "", ...more] = inNamespace ? rest.slice(2) : rest;
  if (plural === undefined || more.length > 0) return undefined;
  const resource = resourceAt(apiVersion, plural);
  if (resource === undefined || inNamespace !== (resource.namespaced && (inNamespace || name !== ""))) return undefined;
  if (subresource !== "" && (subresource !== "status" || resource.emptyStatus === undefined)) return undefined;
  return { resource, namespace: inNamespace ? (rest[1] ?? "") : "", name, subresource };
}

/** A boolean of the query, as Go's decoder takes it. */
export function isTrue(value: string | null): boolean {
  return value === "1" || value === "true";
}

function verbOf(method: string, place: Place, query: URLSearchParams): Verb | undefined {
  const one = place.name !== "";
  if (method === "GET" && one) return "get";
  if (method === "GET") return isTrue(query.get("watch")) ? "watch" : "list";
  const everywhere = place.resource.namespaced && place.namespace === "";
  if (method === "POST") return one || everywhere ? undefined : "create";
  if (!one) return undefined;
  if (method === "PUT") return "update";
  if (method === "PATCH") return "patch";
  return method === "DELETE" && place.subresource === "" ? "delete" : undefined;
}

/** `not-served` for a path that leads nowhere, `not-allowed` for a method that its path does not have. */
export type UnknownRequest = "not-allowed" | "not-served";

/** @param target the request line's target: path and query */
export function parseRequest(method: string, target: URL): RequestInfo | UnknownRequest {
  const place = placeOf(target.pathname);
  if (place === undefined) return "not-served";
  const verb = verbOf(method, place, target.searchParams);
  return verb === undefined ? "not-allowed" : { ...place, verb, query: target.searchParams };
}

/** `/apis/networking.k8s.io/v1`, `/api/v1`. */
export function groupPath(group: string): string {
  return group === "" ? `/api/${API_VERSION}` : `/apis/${group}/${API_VERSION}`;
}
