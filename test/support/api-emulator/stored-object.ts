import { type ApiObject, isJsonObject, type JsonObject } from "./api-object.ts";
import { apiVersionOf, type Resource } from "./resources.ts";

/**
 * One version of an object, kept as text: ten thousand objects are listed by joining strings. It never changes; a new
 * version is another StoredObject.
 */
export interface StoredObject {
  /** `namespace/name`, or the name alone; lists are sorted by it, as etcd sorts its keys. */
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: number;
  readonly labels: Readonly<Record<string, string>>;
  /** The object as JSON without `kind` and `apiVersion`: so stands it in a list's items. */
  readonly text: string;
}

const NO_LABELS: Readonly<Record<string, string>> = {};

export function keyOf(resource: Resource, namespace: string, name: string): string {
  return resource.namespaced ? `${namespace}/${name}` : name;
}

/** @param object named, and of a namespace if its resource has any */
export function storedObject(resource: Resource, object: ApiObject, resourceVersion: number): StoredObject {
  const { kind: _kind, apiVersion: _apiVersion, metadata, ...rest } = object;
  const name = metadata.name ?? "";
  const namespace = resource.namespaced ? (metadata.namespace ?? "") : "";
  const text = JSON.stringify({ metadata: { ...metadata, resourceVersion: String(resourceVersion) }, ...rest });
  const labels = isJsonObject(metadata.labels) ? metadata.labels : NO_LABELS;
  return { key: keyOf(resource, namespace, name), namespace, name, resourceVersion, labels, text };
}

/** JSON of an object alone, with the kind that a list's items leave out. */
export function withKind(resource: Resource, text: string): string {
  return `{"kind":"${resource.kind}","apiVersion":"${apiVersionOf(resource)}",${text.slice(1)}`;
}

export function parseStored(resource: Resource, object: StoredObject): ApiObject {
  const fields = JSON.parse(object.text) as ApiObject;
  return { kind: resource.kind, apiVersion: apiVersionOf(resource), ...fields };
}

/** The same content under another version: what an object looked like, told at the time of `resourceVersion`. */
export function retold(object: StoredObject, resourceVersion: number): string {
  const fields = JSON.parse(object.text) as JsonObject & { metadata: JsonObject };
  return JSON.stringify({ ...fields, metadata: { ...fields.metadata, resourceVersion: String(resourceVersion) } });
}
