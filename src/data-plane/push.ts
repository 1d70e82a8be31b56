/**
 * Taking a push in: its entries are written under new versions, read back and checked, and only then adopted, in one
 * step: the move of the generation. What does not fit or does not parse is refused whole, and leaves nothing behind.
 */
import { decode } from "../snapshot/codec.ts";
import { checkEntry } from "./check-entry.ts";
import { ownFingerprint } from "./fingerprint.ts";
import { type FrameReader, frameReader, readFrame } from "./frames.ts";
import { interpreted } from "./interpreted.ts";
import { formatPointer, type Pointer, readPointer, versionAt, versionKey } from "./pointer.ts";
import {
  type Change,
  entriesDict,
  readChange,
  servedGeneration,
  serveGeneration,
  state,
  writeChange,
} from "./shared-state.ts";

/** The first frame of a push. */
export interface PushHeader {
  readonly lineage: string;
  /** The generation that it builds on; of no account when it is whole. */
  readonly base: number;
  readonly full: boolean;
  /** How many entries follow. */
  readonly entries: number;
  /** The fingerprint of a data plane that has checked these very entries before. */
  readonly checkedBy?: string;
}

export type PushResult =
  | { readonly ok: true; readonly generation: number }
  | { readonly ok: false; readonly status: number; readonly refused: string; readonly detail: string };

function refused(status: number, reason: string, detail: string): PushResult {
  return { ok: false, status, refused: reason, detail };
}

/** A push under way. */
interface Draft {
  readonly header: PushHeader;
  readonly dict: SharedDict;
  readonly dictNumber: number;
  readonly version: number;
  readonly names: string[];
}

/** After so many bytes a push lets the worker's requests go first: some twenty entries, which take a millisecond or two to check. */
const BYTES_AT_A_TIME = 32768;

/** Seconds; the shortest pause that NGINX's timers know. */
const PAUSE = 0.001;

/** Names whose former versions are freed before requests go first. */
const SWEPT_AT_A_TIME = 20;

/** More names than this are not listed: workers drop all they hold instead. */
const MOST_LISTED = 1000;

function readHeader(reader: FrameReader): PushHeader | undefined {
  const frame = readFrame(reader);
  if (frame.kind !== "bytes") return undefined;
  const decoded = decode(frame.bytes);
  if (!decoded.ok || typeof decoded.value !== "object") return undefined;
  const header = decoded.value as unknown as PushHeader;
  const whole =
    typeof header.lineage === "string" &&
    typeof header.base === "number" &&
    typeof header.full === "boolean" &&
    typeof header.entries === "number" &&
    (header.checkedBy === undefined || typeof header.checkedBy === "string");
  return whole ? header : undefined;
}

function empty(dict: SharedDict): void {
  dict.flush_all();
  while (dict.flush_expired(1000) > 0) ngx.sleep(PAUSE);
}

function currentDict(): number {
  const change = readChange(servedGeneration());
  return change === undefined ? 0 : change.dict;
}

/** Where nobody reads yet, so that no generation has to be waited for. */
function pointAtOnce(draft: Draft, name: string): boolean {
  const [written] = draft.dict.safe_set(name, formatPointer({ version: draft.version, generation: 0, before: 0 }));
  return written;
}

function begin(header: PushHeader): Draft {
  const current = currentDict();
  const dictNumber = header.full ? 1 - current : current;
  const dict = entriesDict(dictNumber);
  const version = state.incr("versions", 1, 0);
  if (header.full) {
    state.set("draft", version);
    empty(dict);
  }
  return { header, dict, dictNumber, version, names: [] };
}

/** What a whole Snapshot leaves is emptied before the next one; nobody reads it. */
function abandon(draft: Draft): void {
  if (draft.header.full) return;
  for (let i = 0; i < draft.names.length; i++) draft.dict.delete(versionKey(draft.version, draft.names[i] as string));
}

/** Whether another whole Snapshot is being written into the same dict: that of a controller which came after. */
function isSuperseded(draft: Draft): boolean {
  return draft.header.full && state.get("draft") !== draft.version;
}

/** Writes one entry under its new version; a deletion is an entry without bytes. */
function writeEntry(draft: Draft, name: string, bytes: string): PushResult | undefined {
  if (isSuperseded(draft)) return refused(409, "base", "another whole Snapshot came in between");
  const key = versionKey(draft.version, name);
  const [written] = draft.dict.safe_set(key, bytes);
  if (!written) return refused(507, "memory", `${name}: ${bytes.length} bytes do not fit`);
  draft.names.push(name);
  if (draft.dict.get(key) !== bytes) return refused(507, "memory", `${name}: reads back differently`);
  const wrong = bytes === "" ? undefined : check(draft, name, bytes);
  if (wrong !== undefined) return refused(422, "malformed", `${name}: ${wrong}`);
  if (draft.header.full && !pointAtOnce(draft, name)) return refused(507, "memory", `${name}: the name does not fit`);
  return undefined;
}

/**
 * A whole Snapshot is checked in compiled code, four times as fast, which is thrown away afterwards. One that was stored is not
 * checked again: its record's sum says that it is as it was, and the same code would come to the same end.
 */
function check(draft: Draft, name: string, bytes: string): string | undefined {
  if (draft.header.full && draft.header.checkedBy === ownFingerprint()) return undefined;
  return draft.header.full ? checkEntry(name, bytes) : interpreted(() => checkEntry(name, bytes));
}

function readEntries(draft: Draft, reader: FrameReader): PushResult | undefined {
  // Before the first push there is nothing that requests could be served with: the sooner it is in, the better for them.
  const gives = servedGeneration() !== 0;
  let since = 0;
  for (let i = 0; i < draft.header.entries; i++) {
    const name = readFrame(reader);
    const body = readFrame(reader);
    if (name.kind !== "bytes" || body.kind === "broken") return refused(422, "malformed", "the push ends early");
    if (body.kind === "bytes" && body.bytes === "") return refused(422, "malformed", `${name.bytes}: empty`);
    const bytes = body.kind === "bytes" ? body.bytes : "";
    const failure = writeEntry(draft, name.bytes, bytes);
    if (failure !== undefined) return failure;
    since = since + bytes.length + 512;
    if (gives && since > BYTES_AT_A_TIME) {
      since = 0;
      ngx.sleep(PAUSE);
    }
  }
  return undefined;
}

/** The next generation that nobody has claimed: a worker that died in the middle of a push leaves a gap. */
function claimGeneration(base: number): number {
  let generation = base + 1;
  while (!state.add(`claim/${generation}`, 1)[0]) generation++;
  return generation;
}

function writePointers(draft: Draft, before: Pointer[], generation: number): boolean {
  for (let i = 0; i < draft.names.length; i++) {
    const name = draft.names[i] as string;
    const old = before[i] as Pointer;
    const pointer = { version: draft.version, generation, before: old.version };
    if (!draft.dict.safe_set(name, formatPointer(pointer))[0]) return false;
  }
  return true;
}

function restorePointers(draft: Draft, before: Pointer[]): void {
  for (let i = 0; i < draft.names.length; i++) {
    const old = before[i] as Pointer;
    if (old.version === 0) draft.dict.delete(draft.names[i] as string);
    else draft.dict.set(draft.names[i] as string, formatPointer(old));
  }
}

/** Frees what nobody will read again. A later push may have come: what it says of the name stays. */
function sweepName({ dict, version }: Draft, name: string, old: Pointer): void {
  if (old.version !== 0) dict.delete(versionKey(old.version, name));
  if (dict.get(versionKey(version, name)) !== "") return;
  if (readPointer(dict, name).version === version) dict.delete(name);
  dict.delete(versionKey(version, name));
}

/** Frees the versions that a push has replaced; where they are many, requests go first again and again. */
function sweep(draft: Draft, before: Pointer[]): void {
  for (let i = 0; i < draft.names.length; i++) {
    sweepName(draft, draft.names[i] as string, before[i] as Pointer);
    if (i % SWEPT_AT_A_TIME === SWEPT_AT_A_TIME - 1) ngx.sleep(PAUSE);
  }
}

function move(draft: Draft, base: number, generation: number): PushResult {
  state.set("lineage", draft.header.lineage);
  serveGeneration(generation);
  state.delete(`claim/${base}`);
  return { ok: true, generation };
}

/** A whole Snapshot lies where nobody reads, pointers and all: the generation is all that is left to move. */
function adoptWhole(draft: Draft): PushResult {
  if (isSuperseded(draft)) return refused(409, "base", "another whole Snapshot came in between");
  const base = servedGeneration();
  const generation = claimGeneration(base);
  const change: Change = { base, whole: true, names: [], dict: draft.dictNumber };
  if (!writeChange(generation, change)) return refused(507, "memory", "the change does not fit");
  return move(draft, base, generation);
}

/** From the first pointer to the generation nothing yields: another push comes before or after, never in between. */
function adoptDelta(draft: Draft): PushResult {
  const base = servedGeneration();
  if (draft.header.base !== base) return refused(409, "base", `the generation is ${base}`);
  const generation = claimGeneration(base);
  const before: Pointer[] = [];
  for (let i = 0; i < draft.names.length; i++) {
    const pointer = readPointer(draft.dict, draft.names[i] as string);
    before.push({ ...pointer, version: versionAt(pointer, base) });
  }
  const whole = draft.names.length > MOST_LISTED;
  const change: Change = { base, whole, names: whole ? [] : draft.names, dict: draft.dictNumber };
  if (!writePointers(draft, before, generation) || !writeChange(generation, change)) {
    restorePointers(draft, before);
    return refused(507, "memory", "the names do not fit");
  }
  const result = move(draft, base, generation);
  // Behind the answer, where that can be had: the push is live.
  if (ngx.timer.at(0, () => sweep(draft, before)) === undefined) sweep(draft, before);
  return result;
}

/** Reads a push from the request's body and adopts it, or says why not. */
export function takePush(socket: RequestSocket): PushResult {
  const reader = frameReader(socket);
  const header = readHeader(reader);
  if (header === undefined) return refused(400, "malformed", "no header");
  const lineage = state.get("lineage");
  const known = servedGeneration();
  if (!header.full && (lineage !== header.lineage || known !== header.base)) {
    return refused(409, "base", `the generation is ${known} of lineage ${lineage ?? "none"}`);
  }
  const draft = begin(header);
  const failure = readEntries(draft, reader);
  // What was compiled for the checks must not stand in the way of what requests need.
  if (header.full) jit.flush();
  const result = failure ?? (header.full ? adoptWhole(draft) : adoptDelta(draft));
  if (!result.ok) abandon(draft);
  return result;
}
