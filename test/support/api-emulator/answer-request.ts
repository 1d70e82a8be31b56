import type { ApiContext } from "./api-context.ts";
import { type ApiObject, isJsonObject } from "./api-object.ts";
import { listObjects, renderList } from "./list-objects.ts";
import { misplaced, type Preconditions } from "./object-writer.ts";
import { patchObject } from "./patch-object.ts";
import { notFound, Refusal } from "./refusal.ts";
import { type Reply, refusalReply } from "./reply.ts";
import type { RequestInfo } from "./request-info.ts";
import { apiVersionOf } from "./resources.ts";
import { keyOf, parseStored, type StoredObject, withKind } from "./stored-object.ts";

/** What came with a request. */
export interface RequestBody {
  /** Empty for none. */
  readonly mediaType: string;
  /** Parsed JSON, or the text of another media type; undefined for none. */
  readonly value: unknown;
}

function objectReply(info: RequestInfo, result: StoredObject | Refusal, status = 200): Reply {
  if (result instanceof Refusal) return refusalReply(result);
  return { status, text: `${withKind(info.resource, result.text)}\n` };
}

function getReply({ store }: ApiContext, info: RequestInfo): Reply {
  const { resource, namespace, name } = info;
  return objectReply(info, store.get(resource, keyOf(resource, namespace, name)) ?? notFound(resource, name));
}

function listReply({ store, faults }: ApiContext, info: RequestInfo): Reply {
  const page = listObjects(store, info);
  if (page instanceof Refusal) return refusalReply(page);
  const omits = faults.strike("omit", info)?.omits;
  const items = omits ? page.items.filter((item) => !omits(parseStored(info.resource, item))) : page.items;
  return { status: 200, streamed: true, text: renderList(info.resource, { ...page, items }) };
}

/** The object of a body, or why it may not be written here. */
function objectOf(info: RequestInfo, { mediaType, value }: RequestBody): ApiObject | Refusal {
  if (value === undefined) return new Refusal(400, "there is no body");
  if (mediaType !== "application/json") return new Refusal(415, `objects are application/json, not ${mediaType}`);
  const wrong = misplaced(info, value, apiVersionOf(info.resource));
  return wrong ?? ({ metadata: {}, ...(value as Partial<ApiObject>) } satisfies ApiObject);
}

function createReply({ writer }: ApiContext, info: RequestInfo, body: RequestBody): Reply {
  const object = objectOf(info, body);
  return objectReply(info, object instanceof Refusal ? object : writer.create(info, object), 201);
}

function updateReply({ store, writer }: ApiContext, info: RequestInfo, body: RequestBody): Reply {
  const object = objectOf(info, body);
  if (object instanceof Refusal) return refusalReply(object);
  if (object.metadata.name === undefined) return refusalReply(new Refusal(400, "the object has no name"));
  if (info.subresource !== "") return objectReply(info, writer.updateStatus(info, object));
  const creates = store.get(info.resource, keyOf(info.resource, info.namespace, info.name)) === undefined;
  return objectReply(info, writer.update(info, object), creates ? 201 : 200);
}

function patchReply({ store, writer }: ApiContext, info: RequestInfo, { mediaType, value }: RequestBody): Reply {
  return objectReply(info, patchObject(store, writer, info, mediaType, value));
}

function deleteReply({ store, writer }: ApiContext, info: RequestInfo, { value }: RequestBody): Reply {
  const { resource, namespace, name } = info;
  const options = isJsonObject(value) ? value : {};
  const deleted = writer.delete(info, (options["preconditions"] ?? {}) as Preconditions);
  if (deleted instanceof Refusal) return refusalReply(deleted);
  if (store.get(resource, keyOf(resource, namespace, name)) !== undefined) return objectReply(info, deleted);
  const { uid } = parseStored(resource, deleted).metadata;
  const details = { name, ...(resource.group === "" ? {} : { group: resource.group }), kind: resource.plural, uid };
  const status = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details };
  return { status: 200, text: `${JSON.stringify(status)}\n` };
}

const ANSWERS = {
  get: getReply,
  list: listReply,
  create: createReply,
  update: updateReply,
  patch: patchReply,
  delete: deleteReply,
} as const;

/** Does what a request asks for; everything but a watch. */
export function answerRequest(context: ApiContext, info: RequestInfo, body: RequestBody): Reply {
  if (info.verb === "watch") throw new Error("a watch has no whole answer");
  if (info.query.has("dryRun")) return refusalReply(new Refusal(400, "the API emulator knows no dry runs"));
  return ANSWERS[info.verb](context, info, body);
}
