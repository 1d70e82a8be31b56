import type { ServerResponse } from "node:http";
import type { ApiContext } from "./api-context.ts";
import type { BodyWriter } from "./body-writer.ts";
import type { GoneForm } from "./fault.ts";
import type { Change } from "./history.ts";
import { parseResourceVersion, parseWholeNumber } from "./list-objects.ts";
import { expired, Refusal } from "./refusal.ts";
import { isTrue, type RequestInfo } from "./request-info.ts";
import { parseSelection, type Selector } from "./selectors.ts";
import type { StoredObject } from "./stored-object.ts";
import { Watch } from "./watch.ts";

/** What a watch tells before it waits for changes. */
interface WatchStart {
  readonly state: readonly StoredObject[];
  readonly changes: readonly Change[];
  /** A bookmark marks the end of the state. */
  readonly marksEnd: boolean;
}

/** A watch that may be opened: with a beginning, or to be told that there is none any more. */
export interface AcceptedWatch {
  readonly selects: Selector | undefined;
  readonly start: WatchStart | Refusal;
  /** Seconds; 0 for none. */
  readonly timeout: number;
}

/** The last bookmark comes so many seconds before the end of a watch. */
const LAST_BOOKMARK = 2;

function invalidOptions(why: string): Refusal {
  return new Refusal(422, `the options of the watch are invalid: ${why}`);
}

/** Whether state comes first, by `sendInitialEvents` (KEP-3157); undefined when nothing is said. */
function initialEvents({ settings }: ApiContext, query: URLSearchParams): boolean | Refusal | undefined {
  const { watchList } = settings;
  const asked = query.get("sendInitialEvents");
  if (watchList === "ignored" || (asked === null && !query.has("resourceVersionMatch"))) return undefined;
  if (watchList === "refused") return invalidOptions("sendInitialEvents and resourceVersionMatch are not served");
  if (asked === null) return invalidOptions("resourceVersionMatch needs sendInitialEvents");
  if (query.get("resourceVersionMatch") !== "NotOlderThan")
    return invalidOptions('sendInitialEvents needs resourceVersionMatch "NotOlderThan"');
  return isTrue(asked);
}

function startOf(context: ApiContext, info: RequestInfo, version: number, initial?: boolean): WatchStart | Refusal {
  const shelf = context.store.shelf(info.resource);
  if (initial && context.settings.watchList === "broken")
    return new Refusal(500, "streaming lists need a store that tells its progress");
  if (initial ?? version === 0) {
    const marksEnd = initial === true && isTrue(info.query.get("allowWatchBookmarks"));
    return { state: shelf.current(), changes: [], marksEnd };
  }
  if (version === 0) return { state: [], changes: [], marksEnd: false };
  const changes = shelf.since(version);
  if (changes !== undefined) return { state: [], changes, marksEnd: false };
  return expired(`resourceVersion ${version} is too old, the history begins at ${shelf.oldest}`);
}

/** How a watch is told 410 now, if a fault wants it. */
function goneByFault({ faults }: ApiContext, info: RequestInfo): GoneForm | undefined {
  return faults.strike("gone", info)?.as;
}

/** Checks what a watch asks for. A Refusal is for the answer's status; one within, for the stream. */
export function acceptWatch(context: ApiContext, info: RequestInfo): AcceptedWatch | Refusal {
  const { query, resource, namespace } = info;
  const selection = parseSelection(resource, namespace, query);
  if (selection instanceof Refusal) return selection;
  const version = parseResourceVersion(query.get("resourceVersion"));
  if (version instanceof Refusal) return version;
  const timeout = parseWholeNumber("timeoutSeconds", query);
  if (timeout instanceof Refusal) return timeout;
  const initial = initialEvents(context, query);
  if (initial instanceof Refusal) return initial;
  const fault = goneByFault(context, info);
  const start = fault
    ? expired("a fault calls the resourceVersion too old")
    : startOf(context, info, version ?? 0, initial);
  const as = fault ?? context.settings.expiredWatchesAs;
  if (start instanceof Refusal && as === "http") return start;
  return { selects: selection.selects, start, timeout };
}

/** A watch's end, and the bookmark two seconds before it. */
function endInTime(context: ApiContext, watch: Watch, seconds: number): NodeJS.Timeout[] {
  const end = setTimeout(() => watch.end("close"), seconds * 1000).unref();
  if (!watch.bookmarks || seconds <= LAST_BOOKMARK) return [end];
  const tell = () => watch.tellBookmark(context.store.resourceVersion);
  return [end, setTimeout(tell, (seconds - LAST_BOOKMARK) * 1000).unref()];
}

/** Tells what there is to tell, and keeps the watch until it ends. The answer's head has been sent. */
export function openWatch(
  context: ApiContext,
  info: RequestInfo,
  accepted: AcceptedWatch,
  response: ServerResponse,
  body: BodyWriter,
): void {
  const { start, selects, timeout } = accepted;
  const bookmarks = isTrue(info.query.get("allowWatchBookmarks"));
  const watch = new Watch(info, selects, bookmarks, context.faults, body);
  if (context.faults.strike("half-open", info) !== undefined) watch.mute();
  if (start instanceof Refusal) return watch.fail(start);
  watch.tellState(start.state);
  if (start.marksEnd) watch.tellBookmark(context.store.resourceVersion, true);
  for (const change of start.changes) watch.tellChange(change);
  context.watches.add(watch);
  const timers = timeout > 0 ? endInTime(context, watch, timeout) : [];
  response.once("close", () => {
    for (const timer of timers) clearTimeout(timer);
    context.watches.remove(watch);
  });
}
