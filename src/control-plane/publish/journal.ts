import { type FileHandle, open, readFile, rename, rm } from "node:fs/promises";
import { bodyPieces, encodeRecord, RECORD_HEADER_LENGTH, RecordSum, recordLength } from "./journal-record.ts";
import { entryLength, type Push, pushLength } from "./push.ts";
import { advance, readJournal, type StoredSnapshot } from "./read-journal.ts";

/** A running journal is left alone below this many bytes. */
const COMPACT_ABOVE = 64 * 1024 * 1024;
/** Readable by its owner alone: the entries hold the sealed cookie values. */
const FILE_MODE = 0o600;

export interface JournalOptions {
  /** Bytes below which a running journal is not compacted. */
  readonly compactAbove?: number;
  /** One sentence for the operator: bytes that could not be read, or a file that could not be written. */
  readonly report: (message: string) => void;
}

function fullPush(snapshot: StoredSnapshot): Push {
  const { lineage, generation, checkedBy } = snapshot;
  return { lineage, generation, base: 0, full: true, checkedBy, changes: new Map(snapshot.entries) };
}

function liveLength(snapshot: StoredSnapshot | undefined): number {
  let length = 0;
  for (const [name, body] of snapshot?.entries ?? []) length += entryLength(name, body);
  return length;
}

/** Bytes by which a delta makes a Snapshot longer. */
function growth(snapshot: StoredSnapshot | undefined, push: Push): number {
  let length = 0;
  for (const [name, body] of push.changes) {
    const before = snapshot?.entries.get(name);
    if (before !== undefined) length -= entryLength(name, before);
    if (body !== undefined) length += entryLength(name, body);
  }
  return length;
}

async function readIfThere(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return Buffer.alloc(0);
    throw error;
  }
}

/** Writes a whole Snapshot beside the file and puts it in its place in one step; gives its length in bytes. */
async function writeWhole(path: string, push: Push): Promise<number> {
  const temporary = `${path}.new`;
  const file = await open(temporary, "w", FILE_MODE);
  try {
    const sum = new RecordSum(pushLength(push));
    let at = RECORD_HEADER_LENGTH;
    for (const piece of bodyPieces(push)) {
      sum.add(piece);
      await file.write(piece, 0, piece.length, at);
      at += piece.length;
    }
    await file.write(sum.header(), 0, RECORD_HEADER_LENGTH, 0);
    await file.sync();
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  return recordLength(push);
}

/**
 * The last good Snapshot on disk: a record for each push that the data plane accepted, behind one that holds everything.
 * Writes go one after another in the order of the calls, without holding up the caller. A write that fails is reported,
 * and the next one puts the whole Snapshot in the file's place.
 */
export class Journal {
  readonly #path: string;
  readonly #report: (message: string) => void;
  readonly #compactAbove: number;
  #snapshot: StoredSnapshot | undefined;
  #file: FileHandle | undefined;
  /** Bytes in the file, and those that its Snapshot needs. */
  #length = 0;
  #live = 0;
  #whole = true;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, options: JournalOptions) {
    this.#path = path;
    this.#report = options.report;
    this.#compactAbove = options.compactAbove ?? COMPACT_ABOVE;
  }

  /**
   * Reads what is there; bytes that are cut off or damaged are reported and left out. Makes no file.
   *
   * @throws Error when the file is there and cannot be read
   */
  static async open(path: string, options: JournalOptions): Promise<Journal> {
    const journal = new Journal(path, options);
    await journal.#load();
    return journal;
  }

  /** What the file held when it was opened: a copy. */
  get stored(): StoredSnapshot | undefined {
    return this.#snapshot && { ...this.#snapshot, entries: new Map(this.#snapshot.entries) };
  }

  /** Bytes in the file. */
  get length(): number {
    return this.#length;
  }

  /** Notes a push that was accepted. Resolves when it is written, or when that failed and was reported. */
  append(push: Push): Promise<void> {
    this.#writing = this.#writing.then(() => this.#append(push)).catch((error: Error) => this.#failed(error));
    return this.#writing;
  }

  /** Resolves when everything is written and the file is closed. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#release();
  }

  async #load(): Promise<void> {
    const bytes = await readIfThere(this.#path);
    const { snapshot, damage } = readJournal(bytes);
    if (damage !== "") this.#report(`${this.#path}: ${damage}`);
    this.#snapshot = snapshot;
    this.#live = liveLength(snapshot);
    this.#length = bytes.length;
    this.#whole = damage === "" && snapshot !== undefined;
    if (snapshot === undefined || (this.#whole && bytes.length <= 2 * this.#live)) return;
    await this.#compact(snapshot).catch((error: Error) => this.#failed(error));
  }

  async #append(push: Push): Promise<void> {
    const grown = push.full ? pushLength(push) : this.#live + growth(this.#snapshot, push);
    const next = advance(this.#snapshot, push);
    if (next === undefined) throw new Error("a push does not continue the stored snapshot");
    this.#snapshot = next;
    this.#live = grown;
    if (push.full || !this.#whole) return this.#compact(next);
    // Until the record is on disk the file may end in a part of it.
    this.#whole = false;
    const record = encodeRecord(push);
    this.#file ??= await open(this.#path, "a", FILE_MODE);
    await this.#file.appendFile(record);
    this.#length += record.length;
    this.#whole = true;
    if (this.#length > Math.max(this.#compactAbove, 2 * this.#live)) await this.#compact(next);
  }

  async #compact(snapshot: StoredSnapshot): Promise<void> {
    await this.#release();
    this.#length = await writeWhole(this.#path, fullPush(snapshot));
    this.#whole = true;
  }

  async #release(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  #failed(error: Error): void {
    this.#whole = false;
    this.#report(`${this.#path}: the snapshot is not written (${error.message}); a restart begins with an older one`);
  }
}
