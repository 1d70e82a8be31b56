import { decodeContinue, encodeContinue, type ListPosition } from "./continue-token.ts";
import type { ObjectStore } from "./object-store.ts";
import { expired, Refusal } from "./refusal.ts";
import type { RequestInfo } from "./request-info.ts";
import { apiVersionOf, type Resource } from "./resources.ts";
import { parseSelection, type Selector } from "./selectors.ts";
import type { StoredObject } from "./stored-object.ts";

/** A list, or one page of it. */
export interface ListPage {
  readonly resourceVersion: number;
  readonly items: readonly StoredObject[];
  /** The next page's token; undefined on the last page. */
  readonly next: string | undefined;
  /** Known only of lists without selectors. */
  readonly remaining: number | undefined;
}

interface ListStart {
  readonly resourceVersion: number;
  readonly objects: readonly StoredObject[];
  /** Undefined from the beginning. */
  readonly after?: string;
}

/** Seconds after which a client may ask again for a version that is not there yet. */
const RETRY_AFTER = 1;

/** A resourceVersion of the query; undefined when there is none. */
export function parseResourceVersion(text: string | null): number | Refusal | undefined {
  if (text === null || text === "") return undefined;
  return /^\d{1,15}$/.test(text) ? Number(text) : new Refusal(400, `resourceVersion: "${text}" is no version`);
}

/** A whole number of the query; 0 when there is none. */
export function parseWholeNumber(name: string, query: URLSearchParams): number | Refusal {
  const text = query.get(name) ?? "";
  return /^(-?\d{1,15})?$/.test(text) ? Number(text) : new Refusal(400, `${name}: "${text}" is no whole number`);
}

function tooNew(asked: number, current: number): Refusal {
  const message = `resourceVersion ${asked} is in the future, the current one is ${current}`;
  const causes = [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }];
  return new Refusal(504, message, { details: { retryAfterSeconds: RETRY_AFTER, causes } });
}

function continued(store: ObjectStore, resource: Resource, position: ListPosition): ListStart | Refusal {
  const { after } = position;
  const current = store.resourceVersion;
  const resourceVersion = position.resourceVersion === -1 ? current : position.resourceVersion;
  const objects = store.shelf(resource).at(resourceVersion);
  if (objects !== undefined) return { resourceVersion, objects, after };
  const inconsistent = encodeContinue({ resourceVersion: -1, after });
  return expired("the continue token is too old: list anew, or go on without consistency", { continue: inconsistent });
}

function exactly(store: ObjectStore, resource: Resource, resourceVersion: number): ListStart | Refusal {
  const objects = store.shelf(resource).at(resourceVersion);
  return objects === undefined
    ? expired(`resourceVersion ${resourceVersion} is too old`)
    : { resourceVersion, objects };
}

function latest(store: ObjectStore, resource: Resource): ListStart {
  const resourceVersion = store.resourceVersion;
  return { resourceVersion, objects: store.shelf(resource).at(resourceVersion) ?? [] };
}

function forbidden(why: string): Refusal {
  return new Refusal(422, `resourceVersionMatch is forbidden: ${why}`);
}

/** The rules of "Resource versions" in the API concepts: what `resourceVersion` and its match mean for a list. */
function fresh(store: ObjectStore, resource: Resource, query: URLSearchParams, limit: number): ListStart | Refusal {
  const asked = parseResourceVersion(query.get("resourceVersion"));
  if (asked instanceof Refusal) return asked;
  const match = query.get("resourceVersionMatch") ?? "";
  if (!["", "Exact", "NotOlderThan"].includes(match)) return forbidden(`"${match}" is none`);
  if (match !== "" && asked === undefined) return forbidden("there is no resourceVersion");
  if (match === "Exact" && asked === 0) return forbidden('"Exact" needs a resourceVersion other than 0');
  if (asked !== undefined && asked > store.resourceVersion) return tooNew(asked, store.resourceVersion);
  // A limit with a version and without a match means that very version.
  const exact = match === "Exact" || (match === "" && limit > 0);
  if (asked === undefined || asked === 0 || !exact) return latest(store, resource);
  return exactly(store, resource, asked);
}

function start(store: ObjectStore, info: RequestInfo, limit: number): ListStart | Refusal {
  const { query, resource } = info;
  const token = query.get("continue") ?? "";
  if (token === "") return fresh(store, resource, query, limit);
  const version = query.get("resourceVersion") ?? "";
  if (query.has("resourceVersionMatch")) return forbidden("the continue token says it");
  if (version !== "" && version !== "0")
    return new Refusal(400, "a continue token and a resourceVersion exclude each other");
  const position = decodeContinue(token);
  if (position === undefined) return new Refusal(400, "the continue token is not valid");
  return continued(store, resource, position);
}

/** The index of the first object after a key, in objects sorted by key. */
function indexAfter(objects: readonly StoredObject[], key: string): number {
  let low = 0;
  let high = objects.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((objects[middle] as StoredObject).key > key) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The objects of one namespace, or all, of objects sorted by key. */
function within(objects: readonly StoredObject[], namespace: string): readonly StoredObject[] {
  if (namespace === "") return objects;
  return objects.slice(indexAfter(objects, `${namespace}/`), indexAfter(objects, `${namespace}/\uffff`));
}

/** @returns the page's objects, and the index of the first one after it */
function take(
  objects: readonly StoredObject[],
  first: number,
  limit: number,
  selects: Selector | undefined,
): readonly [StoredObject[], number] {
  const most = limit > 0 ? limit : objects.length;
  if (selects === undefined) return [objects.slice(first, first + most), Math.min(first + most, objects.length)];
  const items: StoredObject[] = [];
  let index = first;
  for (; index < objects.length && items.length < most; index += 1) {
    const object = objects[index] as StoredObject;
    if (selects(object)) items.push(object);
  }
  return [items, index];
}

/** Objects of a page; 0 for all. */
function pageLength(query: URLSearchParams, limit: number): number {
  // The watch cache, which answers resourceVersion=0, knows no pages.
  if (query.get("resourceVersion") === "0") return 0;
  return Math.max(0, limit);
}

/** What a list request gives at this moment. */
export function listObjects(store: ObjectStore, info: RequestInfo): ListPage | Refusal {
  const selection = parseSelection(info.resource, "", info.query);
  if (selection instanceof Refusal) return selection;
  const asked = parseWholeNumber("limit", info.query);
  if (asked instanceof Refusal) return asked;
  const limit = pageLength(info.query, asked);
  const from = start(store, info, limit);
  if (from instanceof Refusal) return from;
  const { resourceVersion, after } = from;
  const objects = within(from.objects, info.namespace);
  const first = after === undefined ? 0 : indexAfter(objects, after);
  const [items, end] = take(objects, first, limit, selection.selects);
  const last = items.at(-1);
  const more = last !== undefined && end < objects.length && limit > 0;
  return {
    resourceVersion,
    items,
    next: more ? encodeContinue({ resourceVersion, after: last.key }) : undefined,
    remaining: more && selection.selects === undefined ? objects.length - end : undefined,
  };
}

/** The JSON of a list, before and after its items. */
export interface ListFrame {
  readonly head: string;
  readonly tail: string;
}

export function listFrame(resource: Resource, page: ListPage): ListFrame {
  const metadata = {
    resourceVersion: String(page.resourceVersion),
    ...(page.next === undefined ? {} : { continue: page.next }),
    ...(page.remaining === undefined ? {} : { remainingItemCount: page.remaining }),
  };
  const kind = `"kind":"${resource.kind}List","apiVersion":"${apiVersionOf(resource)}"`;
  return { head: `{${kind},"metadata":${JSON.stringify(metadata)},"items":[`, tail: "]}\n" };
}

export function renderList(resource: Resource, page: ListPage): string {
  const { head, tail } = listFrame(resource, page);
  return head + page.items.map((object) => object.text).join(",") + tail;
}
