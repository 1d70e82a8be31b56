import type { BodyWriter } from "./body-writer.ts";
import type { Ending } from "./fault.ts";
import type { FaultTable } from "./fault-table.ts";
import type { Change } from "./history.ts";
import type { Refusal } from "./refusal.ts";
import type { RequestInfo } from "./request-info.ts";
import { apiVersionOf, type Resource } from "./resources.ts";
import type { Selector } from "./selectors.ts";
import { retold, type StoredObject, withKind } from "./stored-object.ts";

function line(type: string, resource: Resource, text: string): string {
  return `{"type":"${type}","object":${withKind(resource, text)}}\n`;
}

/**
 * The line that tells a change to a watch, or nothing. An object that begins to match is ADDED, one that ceases to match
 * is DELETED: with its last matching content, at the version of the change.
 */
export function changeLine(resource: Resource, change: Change, selects: Selector | undefined): string | undefined {
  const { before, after, resourceVersion } = change;
  const was = before !== undefined && (selects?.(before) ?? true);
  const is = after !== undefined && (selects?.(after) ?? true);
  if (is) return line(was ? "MODIFIED" : "ADDED", resource, after.text);
  return was ? line("DELETED", resource, retold(before, resourceVersion)) : undefined;
}

function bookmarkText(resource: Resource, resourceVersion: number | string, initialEnd: boolean): string {
  const annotations = initialEnd ? { annotations: { "k8s.io/initial-events-end": "true" } } : {};
  const metadata = { resourceVersion: String(resourceVersion), ...annotations };
  const object = { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata, ...resource.bookmarkFields };
  return `${JSON.stringify({ type: "BOOKMARK", object })}\n`;
}

/** One open watch. */
export class Watch {
  readonly info: RequestInfo;
  /** The client asked for bookmarks. */
  readonly bookmarks: boolean;
  readonly #selects: Selector | undefined;
  readonly #faults: FaultTable;
  readonly #body: BodyWriter;
  #held: string[] = [];
  #muted = false;
  #over = false;

  constructor(
    info: RequestInfo,
    selects: Selector | undefined,
    bookmarks: boolean,
    faults: FaultTable,
    body: BodyWriter,
  ) {
    this.info = info;
    this.bookmarks = bookmarks;
    this.#selects = selects;
    this.#faults = faults;
    this.#body = body;
  }

  /** A watch that is half open for good. */
  get muted(): boolean {
    return this.#muted;
  }

  tellChange(change: Change): void {
    const text = changeLine(this.info.resource, change, this.#selects);
    if (text !== undefined) this.#tell(text);
  }

  /** Tells of every object that is there, as if each were new. */
  tellState(objects: readonly StoredObject[]): void {
    for (const object of objects) {
      if (this.#selects?.(object) ?? true) this.#tell(line("ADDED", this.info.resource, object.text));
    }
  }

  /** @param initialEnd marks the end of the events that `sendInitialEvents` asked for */
  tellBookmark(current: number, initialEnd = false): void {
    if (this.#faults.holds("silence", this.info)) return;
    const version = this.#faults.strike("bookmark-version", this.info)?.versionOf(current) ?? current;
    this.#tell(bookmarkText(this.info.resource, version, initialEnd));
  }

  /** Tells the ERROR event, and ends. */
  fail(refusal: Refusal): void {
    this.#tell(`${JSON.stringify({ type: "ERROR", object: refusal.toStatus() })}\n`);
    this.end("close");
  }

  /** Says something of no form at all. */
  say(text: string): void {
    if (!this.#muted && !this.#over) this.#body.write(text);
  }

  /** From now on nothing is said, and the connection stays open. */
  mute(): void {
    this.#muted = true;
  }

  /** Tells what a silence held back. */
  speakAgain(): void {
    if (this.#faults.holds("silence", this.info)) return;
    const held = this.#held;
    this.#held = [];
    for (const text of held) this.#tell(text);
  }

  end(ending: Ending): void {
    if (this.#muted || this.#over) return;
    this.#over = true;
    this.#body.end(ending);
  }

  #tell(text: string): void {
    if (this.#muted || this.#over) return;
    if (this.#faults.holds("silence", this.info)) {
      this.#held.push(text);
      return;
    }
    const cut = this.#faults.strike("cut-line", this.info);
    this.#body.write(cut === undefined ? text : text.slice(0, text.length >> 1));
    if (cut !== undefined) this.end(cut.ending);
  }
}
