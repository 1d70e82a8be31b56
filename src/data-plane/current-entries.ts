/** The entries of the generation that this worker serves, read from the memory that the workers share. */
import type { Decoded } from "../snapshot/codec.ts";
import { readPointer, versionAt, versionKey } from "./pointer.ts";
import { entriesDict, servedGeneration } from "./shared-state.ts";

let generation = 0;
let dict = entriesDict(0);

/** The generation that this worker serves; 0 before the first push. */
export function ownGeneration(): number {
  return generation;
}

/** From now on this worker serves a generation whose entries lie in the dict of that number. */
export function moveTo(newest: number, dictNumber: number): void {
  generation = newest;
  dict = entriesDict(dictNumber);
}

/** Whether no push was adopted since this worker last looked. */
export function isCurrent(): boolean {
  return servedGeneration() === generation;
}

/**
 * The bytes of an entry in this worker's generation. A push that is adopted meanwhile may take an old version away, so
 * who finds nothing must ask `isCurrent` before believing it.
 */
export function readEntry(name: string): string | undefined {
  const version = versionAt(readPointer(dict, name), generation);
  if (version === 0) return undefined;
  const bytes = dict.get(versionKey(version, name)) as string | undefined;
  return bytes === "" ? undefined : bytes;
}

/** What an entry was decoded to; undefined when that failed. */
export function accept<T>(decoded: Decoded<T>): T | undefined {
  if (decoded.ok) return decoded.value;
  // Checked when it was pushed: a bug, and one entry is not served rather than all of them.
  ngx.log(ngx.ERR, "limpet: entry does not decode: ", decoded.error);
  return undefined;
}
