import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isJsonObject, type JsonObject } from "./api-object.ts";
import { withManagedFields } from "./managed-fields.ts";

function entryOf(object: JsonObject): JsonObject {
  const { managedFields } = object["metadata"] as { readonly managedFields: readonly JsonObject[] };
  const [entry] = managedFields;
  assert.ok(isJsonObject(entry));
  return entry;
}

describe("managedFields", () => {
  it("name every field of an object but its name, lists as one", () => {
    const metadata = { name: "web", namespace: "shop", annotations: { "limpet.dev/affinity": "cookie" } };
    const spec = { ingressClassName: "nginx", rules: [{ host: "a.test" }] };
    const object = { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata, spec };
    const managed = withManagedFields(object);
    assert.deepEqual(entryOf(managed)["fieldsV1"], {
      "f:metadata": { "f:annotations": { "f:limpet.dev/affinity": {} } },
      "f:spec": { "f:ingressClassName": {}, "f:rules": {} },
    });
    assert.equal(entryOf(managed)["apiVersion"], "networking.k8s.io/v1");
    assert.deepEqual({ ...managed, metadata }, object, "nothing else changes");
  });
});
