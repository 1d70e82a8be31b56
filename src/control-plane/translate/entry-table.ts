import { toByteString } from "../publish/bytes.ts";
import type { EntryChanges } from "../publish/push.ts";
import { encodeEntry } from "./encode-entry.ts";

/** The entries of the Snapshot as they are now. Remembers which differ. */
export class EntryTable {
  readonly #entries = new Map<string, string>();
  #changed = new Map<string, string | undefined>();

  /** Says what an entry holds from now on; undefined: it is gone. */
  put(entry: string, value: object | undefined): void {
    this.putBytes(entry, value && encodeEntry(value));
  }

  /** @param bytes one character each */
  putBytes(entry: string, bytes: string | undefined): void {
    const name = toByteString(entry);
    if (this.#entries.get(name) === bytes) return;
    if (bytes === undefined) this.#entries.delete(name);
    else this.#entries.set(name, bytes);
    this.#changed.set(name, bytes);
  }

  /** What has been put since the last call and differs from what was there. */
  takeChanged(): EntryChanges {
    const changed = this.#changed;
    this.#changed = new Map();
    return changed;
  }

  all(): ReadonlyMap<string, string> {
    return this.#entries;
  }
}
