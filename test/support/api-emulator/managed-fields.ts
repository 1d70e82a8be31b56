import { isJsonObject, type JsonObject } from "./api-object.ts";
import { timestamp } from "./object-writer.ts";

/** The fields of a value as a FieldsV1 names them. Lists count as atomic, which most lists of Limpet's objects are. */
function fieldsOf(value: unknown): JsonObject {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [`f:${name}`, fieldsOf(inner)]));
}

/**
 * An object with the `managedFields` that the API server keeps of it: about as many bytes again, which a controller gets
 * with every list and has no use for. For measurements that should cost what a cluster costs.
 */
export function withManagedFields(object: JsonObject, manager = "kubectl-create"): JsonObject {
  const { apiVersion, kind: _kind, metadata, ...rest } = object;
  const { name: _name, namespace: _namespace, ...owned } = isJsonObject(metadata) ? metadata : {};
  const fieldsV1 = fieldsOf({ metadata: owned, ...rest });
  const entry = { manager, operation: "Update", apiVersion, time: timestamp(), fieldsType: "FieldsV1", fieldsV1 };
  return { ...object, metadata: { ...(isJsonObject(metadata) ? metadata : {}), managedFields: [entry] } };
}
