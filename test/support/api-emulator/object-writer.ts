import { randomBytes, randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { type ApiObject, isJsonObject, type JsonObject, type ObjectMeta } from "./api-object.ts";
import type { ObjectStore } from "./object-store.ts";
import { alreadyExists, conflict, invalid, notFound, Refusal } from "./refusal.ts";
import type { Resource } from "./resources.ts";
import { keyOf, parseStored, type StoredObject, storedObject } from "./stored-object.ts";

/** The object that a write is about. */
export interface ObjectPlace {
  readonly resource: Resource;
  readonly namespace: string;
  /** Empty for a creation. */
  readonly name: string;
}

/** What a deletion insists on. */
export interface Preconditions {
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
}

/** Metadata that no client sets. */
const SERVER_FIELDS = ["uid", "creationTimestamp", "generation", "deletionTimestamp"] as const;

/** Now, as the API server writes it: whole seconds. */
export function timestamp(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}

function isName(name: unknown): name is string {
  return typeof name === "string" && name !== "" && !/[/%]/.test(name);
}

/** Everything that `metadata.generation` counts. */
function counted(object: ApiObject): JsonObject {
  const { metadata: _metadata, status: _status, kind: _kind, apiVersion: _apiVersion, ...rest } = object;
  return rest;
}

function withServerFields(metadata: ObjectMeta, from: ObjectMeta): ObjectMeta {
  const kept = SERVER_FIELDS.map((field) => [field, from[field]] as const);
  const { uid: _uid, creationTimestamp: _created, generation: _generation, deletionTimestamp: _d, ...rest } = metadata;
  return { ...rest, ...Object.fromEntries(kept.filter(([, value]) => value !== undefined)) };
}

/** An object as it is compared with another version of itself. */
function content(object: ApiObject): JsonObject {
  const { resourceVersion: _resourceVersion, ...metadata } = object.metadata;
  return { ...counted(object), status: object["status"], metadata };
}

/** An object's fields as the API server's encoding leaves them. */
function encoded(resource: Resource, object: ApiObject): ApiObject {
  const { nullWhenEmpty = [] } = resource;
  const empty = nullWhenEmpty.filter((field) => ((object[field] ?? []) as readonly unknown[]).length === 0);
  return empty.length === 0 ? object : { ...object, ...Object.fromEntries(empty.map((field) => [field, null])) };
}

/** The rules of the API server for writes: names, versions, generations, the status subresource, finalizers. */
export class ObjectWriter {
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  create(place: ObjectPlace, object: ApiObject): StoredObject | Refusal {
    const { resource, namespace } = place;
    const { name: given, generateName = "", resourceVersion = "" } = object.metadata;
    if (resourceVersion !== "") return new Refusal(500, "a new object must not state a resourceVersion");
    const name = given ?? (generateName === "" ? "" : `${generateName}${randomBytes(3).toString("hex").slice(0, 5)}`);
    if (!isName(name)) return invalid(resource, String(name), "metadata.name", "a name or generateName is required");
    if (this.#store.get(resource, keyOf(resource, namespace, name)) !== undefined) return alreadyExists(resource, name);
    const born = { uid: randomUUID(), creationTimestamp: timestamp(), ...(resource.generation && { generation: 1 }) };
    const metadata = { ...withServerFields(object.metadata, born), name, ...(resource.namespaced && { namespace }) };
    const { status, ...rest } = object;
    // Kinds with a status subresource start with an empty one, whatever the client says.
    const stated = resource.emptyStatus ?? status;
    const whole = { ...rest, metadata, ...(stated === undefined ? {} : { status: stated }) };
    return this.#store.put(resource, encoded(resource, whole));
  }

  /** Replaces all but the status. */
  update(place: ObjectPlace, object: ApiObject): StoredObject | Refusal {
    const stored = this.#current(place);
    if (stored === undefined) return this.#updateOfNothing(place, object);
    const stale = this.#stale(place, stored, object);
    if (stale !== undefined) return stale;
    const before = parseStored(place.resource, stored);
    const { status, ...rest } = object;
    const kept = place.resource.emptyStatus === undefined ? status : before["status"];
    return this.#replace(place, stored, before, { ...rest, ...(kept === undefined ? {} : { status: kept }) });
  }

  /** Replaces the status, and what metadata a client may change, but not the spec. */
  updateStatus(place: ObjectPlace, object: ApiObject): StoredObject | Refusal {
    const stored = this.#current(place);
    if (stored === undefined) return notFound(place.resource, place.name);
    const stale = this.#stale(place, stored, object);
    if (stale !== undefined) return stale;
    const before = parseStored(place.resource, stored);
    const status = object["status"] ?? place.resource.emptyStatus;
    return this.#replace(place, stored, before, { ...before, metadata: object.metadata, status });
  }

  /** Removes an object, or marks it as deleted while it has finalizers. Gives what was there. */
  delete(place: ObjectPlace, preconditions: Preconditions = {}): StoredObject | Refusal {
    const { resource, name } = place;
    const stored = this.#current(place);
    if (stored === undefined) return notFound(resource, name);
    const before = parseStored(resource, stored);
    const { uid, resourceVersion } = preconditions;
    if (uid !== undefined && uid !== before.metadata.uid) return conflict(resource, name, "its uid is another");
    if (resourceVersion !== undefined && resourceVersion !== String(stored.resourceVersion))
      return conflict(resource, name, "its resourceVersion is another");
    if ((before.metadata.finalizers ?? []).length > 0) return this.#markDeleted(resource, stored, before);
    this.#store.remove(resource, stored);
    return stored;
  }

  /** Writes as another client of all rights would: status, uid and timestamps as given, no versions compared. */
  force(place: ObjectPlace, object: ApiObject): StoredObject {
    const { resource, namespace, name } = place;
    const stored = this.#current(place);
    const before = stored === undefined ? undefined : parseStored(resource, stored);
    const born = before?.metadata ?? { uid: randomUUID(), creationTimestamp: timestamp() };
    const { resourceVersion: _resourceVersion, ...given } = object.metadata;
    const metadata = { ...withServerFields({}, born), ...given, name, ...(resource.namespaced && { namespace }) };
    const status = object["status"] ?? before?.["status"] ?? resource.emptyStatus;
    return this.#write(resource, stored, before, { ...object, metadata, ...(status === undefined ? {} : { status }) });
  }

  #current({ resource, namespace, name }: ObjectPlace): StoredObject | undefined {
    return this.#store.get(resource, keyOf(resource, namespace, name));
  }

  #updateOfNothing(place: ObjectPlace, object: ApiObject): StoredObject | Refusal {
    if (!place.resource.createOnUpdate) return notFound(place.resource, place.name);
    const { resourceVersion: _resourceVersion, ...metadata } = object.metadata;
    return this.create(place, { ...object, metadata });
  }

  #stale({ resource, name }: ObjectPlace, stored: StoredObject, object: ApiObject): Refusal | undefined {
    const { resourceVersion = "", uid } = object.metadata;
    if (resourceVersion === "" && resource.conditionalUpdateOnly)
      return invalid(resource, name, "metadata.resourceVersion", "an update must state it");
    if (resourceVersion !== "" && resourceVersion !== String(stored.resourceVersion))
      return conflict(resource, name, "the object has been modified; read the latest version and try again");
    const other = uid !== undefined && uid !== parseStored(resource, stored).metadata.uid;
    return other ? conflict(resource, name, "its uid is another") : undefined;
  }

  #replace(place: ObjectPlace, stored: StoredObject, before: ApiObject, object: ApiObject): StoredObject {
    const { resource, namespace, name } = place;
    const kept = withServerFields(object.metadata, before.metadata);
    const metadata = { ...kept, name, ...(resource.namespaced && { namespace }) };
    return this.#write(resource, stored, before, { ...object, metadata });
  }

  #markDeleted(resource: Resource, stored: StoredObject, before: ApiObject): StoredObject {
    if (before.metadata.deletionTimestamp !== undefined) return stored;
    const metadata = { ...before.metadata, deletionTimestamp: timestamp(), deletionGracePeriodSeconds: 0 };
    return this.#store.put(resource, { ...before, metadata });
  }

  /** Counts the generation; writes nothing where nothing changes; removes what waited for its last finalizer. */
  #write(
    resource: Resource,
    stored: StoredObject | undefined,
    before: ApiObject | undefined,
    given: ApiObject,
  ): StoredObject {
    const after = encoded(resource, given);
    const changed = before !== undefined && !isDeepStrictEqual(counted(before), counted(after));
    const generation = before === undefined ? 1 : (before.metadata.generation ?? 1) + (changed ? 1 : 0);
    const metadata = resource.generation ? { ...after.metadata, generation } : after.metadata;
    const written = { ...after, metadata };
    const same = before !== undefined && isDeepStrictEqual(content(before), content(written));
    if (stored !== undefined && same) return stored;
    const done = metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).length === 0;
    if (stored === undefined || !done) return this.#store.put(resource, written);
    this.#store.remove(resource, stored);
    return storedObject(resource, written, this.#store.resourceVersion);
  }
}

/** @returns what is wrong with a body that should be the object of a request */
export function misplaced(place: ObjectPlace, body: unknown, apiVersion: string): Refusal | undefined {
  if (!isJsonObject(body) || !(body["metadata"] === undefined || isJsonObject(body["metadata"])))
    return new Refusal(400, "the body is not an object");
  const { kind, apiVersion: stated } = body;
  if ((kind ?? place.resource.kind) !== place.resource.kind || (stated ?? apiVersion) !== apiVersion)
    return new Refusal(
      400,
      `the body is a ${kind} of ${stated}, the path is for ${place.resource.kind} of ${apiVersion}`,
    );
  const { name, namespace } = (body["metadata"] ?? {}) as ObjectMeta;
  if (place.name !== "" && (name ?? place.name) !== place.name)
    return new Refusal(400, `the name of the object (${name}) is not the one of the path (${place.name})`);
  if (place.resource.namespaced && (namespace ?? place.namespace) !== place.namespace)
    return new Refusal(400, `the namespace of the object (${namespace}) is not the path's (${place.namespace})`);
  return undefined;
}
