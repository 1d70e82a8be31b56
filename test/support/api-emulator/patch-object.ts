import { type ApiObject, isJsonObject } from "./api-object.ts";
import { jsonPatch } from "./json-patch.ts";
import { mergePatch } from "./merge-patch.ts";
import type { ObjectStore } from "./object-store.ts";
import { misplaced, type ObjectPlace, type ObjectWriter } from "./object-writer.ts";
import { notFound, Refusal } from "./refusal.ts";
import { apiVersionOf } from "./resources.ts";
import { keyOf, parseStored, type StoredObject } from "./stored-object.ts";

const JSON_PATCH = "application/json-patch+json";
/** Strategic merge patches merge lists by keys; here they are merge patches, which replace lists. */
const MERGE_PATCHES = ["application/merge-patch+json", "application/strategic-merge-patch+json"];

function patched(mediaType: string, object: ApiObject, patch: unknown): unknown {
  if (mediaType !== JSON_PATCH) return mergePatch(object, patch);
  const result = jsonPatch(object, patch);
  return "fault" in result ? new Refusal(422, `the patch does not apply: ${result.fault}`) : result.value;
}

/** Server-side apply is answered as an API server answers that does not know it: 415. */
export function patchObject(
  store: ObjectStore,
  writer: ObjectWriter,
  place: ObjectPlace & { readonly subresource: string },
  mediaType: string,
  patch: unknown,
): StoredObject | Refusal {
  const { resource, namespace, name } = place;
  if (mediaType !== JSON_PATCH && !MERGE_PATCHES.includes(mediaType))
    return new Refusal(415, `patches are ${[JSON_PATCH, ...MERGE_PATCHES].join(", ")}, not ${mediaType}`);
  const stored = store.get(resource, keyOf(resource, namespace, name));
  if (stored === undefined) return notFound(resource, name);
  if (mediaType !== JSON_PATCH && !isJsonObject(patch)) return new Refusal(400, "a merge patch is an object");
  const object = patched(mediaType, parseStored(resource, stored), patch);
  if (object instanceof Refusal) return object;
  const wrong = misplaced(place, object, apiVersionOf(resource));
  if (wrong !== undefined) return wrong;
  return place.subresource === ""
    ? writer.update(place, object as ApiObject)
    : writer.updateStatus(place, object as ApiObject);
}
