import { errorOfEvent } from "../../kubernetes/status-object.ts";
import { isMapping } from "../../objects/is-mapping.ts";
import type { Resource } from "./resource.ts";

/** A line of a watch (meta/v1, WatchEvent). */
export type WatchEvent =
  | { readonly type: "set" | "deleted"; readonly raw: Record<string, unknown>; readonly version: string }
  | { readonly type: "bookmark"; readonly version: string };

const TYPES: Readonly<Record<string, WatchEvent["type"]>> = {
  ADDED: "set",
  MODIFIED: "set",
  DELETED: "deleted",
  BOOKMARK: "bookmark",
};

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/**
 * Reads a line of a watch.
 *
 * @throws ApiError for an ERROR event; Error for what is no event
 */
export function readWatchEvent(line: string, resource: Resource): WatchEvent {
  const event = parse(line);
  const object = isMapping(event) ? event["object"] : undefined;
  if (!isMapping(event) || !isMapping(object)) {
    throw new Error(`The watch at ${resource.path} sent a line that is no event.`);
  }
  if (event["type"] === "ERROR") throw errorOfEvent(`the watch at ${resource.path}`, object);
  const type = TYPES[text(event["type"])];
  const metadata = object["metadata"];
  const version = isMapping(metadata) ? text(metadata["resourceVersion"]) : "";
  if (type === undefined || version === "") {
    throw new Error(`The watch at ${resource.path} sent an event of an unknown kind.`);
  }
  return type === "bookmark" ? { type, version } : { type, raw: object, version };
}
