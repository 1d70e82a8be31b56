import { type Decoded, decode, encode, type Plain } from "../../snapshot/codec.ts";

/** Names of entries → their new text; undefined: the entry goes. */
export type EntryChanges = ReadonlyMap<string, string | undefined>;

/** One step of a data plane's configuration: what the control channel carries and the journal keeps. */
export interface Push {
  /** 32 hex digits that name one unbroken history; a delta applies only within its own. */
  readonly lineage: string;
  /** The generation that a delta builds on; of no meaning when full. */
  readonly base: number;
  readonly generation: number;
  /** Whether the changes are the whole Snapshot. */
  readonly full: boolean;
  /**
   * The fingerprint of a data plane that checked all entries of the Snapshot as they are: one with the same code need not do
   * it again.
   */
  readonly checkedBy?: string | undefined;
  readonly changes: EntryChanges;
}

const DELETION = "-1\n";

function frame(bytes: string): string {
  return `${bytes.length}\n${bytes}`;
}

function header(push: Push): string {
  const { lineage, base, generation, full, checkedBy, changes } = push;
  const place = { lineage, base, generation, full, entries: changes.size };
  return frame(encode(checkedBy === undefined ? place : { ...place, checkedBy }));
}

/** The frames of a push, in pieces to be joined: a header, then a name and a body for each entry. */
export function* encodePush(push: Push): Generator<string> {
  yield header(push);
  for (const [name, body] of push.changes) {
    yield frame(name);
    yield body === undefined ? DELETION : frame(body);
  }
}

/** The frames as bytes, written where they end up: a whole Snapshot is large enough to matter if it stood there twice. */
export function encodePushBytes(push: Push): Buffer {
  const bytes = Buffer.allocUnsafe(pushLength(push));
  let at = 0;
  for (const piece of encodePush(push)) at += bytes.write(piece, at, "latin1");
  return bytes;
}

/** The bytes that `encodePush` gives, without making them. */
export function pushLength(push: Push): number {
  let length = header(push).length;
  for (const [name, body] of push.changes) length += entryLength(name, body);
  return length;
}

/** Bytes of the two frames of an entry. */
export function entryLength(name: string, body: string | undefined): number {
  return frameLength(name) + (body === undefined ? DELETION.length : frameLength(body));
}

function frameLength(bytes: string): number {
  return `${bytes.length}`.length + 1 + bytes.length;
}

/** Reads frames one after another; the text is a byte string. */
class FrameReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next frame: its bytes, null for a deletion, undefined when there is no whole frame. */
  next(): string | null | undefined {
    const newline = this.#text.indexOf("\n", this.#at);
    const digits = newline < 0 || newline > this.#at + 12 ? "" : this.#text.substring(this.#at, newline);
    if (digits === "-1") {
      this.#at = newline + 1;
      return null;
    }
    const start = newline + 1;
    const end = start + Number(digits);
    if (!/^\d+$/.test(digits) || end > this.#text.length) return undefined;
    this.#at = end;
    return this.#text.substring(start, end);
  }

  get atEnd(): boolean {
    return this.#at === this.#text.length;
  }
}

function readHeader(text: string): (Omit<Push, "changes"> & { readonly entries: number }) | undefined {
  const decoded = decode(text);
  if (!decoded.ok || typeof decoded.value !== "object") return undefined;
  const { lineage, base, generation, full, entries, checkedBy } = decoded.value as Record<string, Plain>;
  if (typeof lineage !== "string" || typeof full !== "boolean") return undefined;
  if (typeof base !== "number" || typeof generation !== "number" || typeof entries !== "number") return undefined;
  const place = { lineage, base, generation, full, entries };
  if (checkedBy === undefined) return place;
  return typeof checkedBy === "string" ? { ...place, checkedBy } : undefined;
}

function malformed(what: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error: what };
}

/** Reads what `encodePush` wrote, joined. Anything else gives an error, never an exception. */
export function decodePush(text: string): Decoded<Push> {
  const reader = new FrameReader(text);
  const first = reader.next();
  const head = typeof first === "string" ? readHeader(first) : undefined;
  if (head === undefined) return malformed("the header is not whole");
  const changes = new Map<string, string | undefined>();
  for (let i = 0; i < head.entries; i++) {
    const name = reader.next();
    const body = reader.next();
    if (typeof name !== "string" || body === undefined) return malformed(`entry ${i} is not whole`);
    changes.set(name, body ?? undefined);
  }
  if (!reader.atEnd) return malformed("bytes follow the last entry");
  const { entries: _, ...place } = head;
  return { ok: true, value: { ...place, changes } };
}
