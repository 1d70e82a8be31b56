import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Problem } from "../../problems/problem.ts";
import { folderGone } from "../../problems/source-problems.ts";
import { compareText } from "../../text/compare-text.ts";
import type { Source, SourceSink } from "../source.ts";
import { FileStates } from "./file-states.ts";
import { FolderTree } from "./folder-tree.ts";
import { errorCode, lookAt, readManifestFile } from "./read-file.ts";
import { RootGuard } from "./root-guard.ts";
import { Settling } from "./settling.ts";
import { isBelow } from "./tree-path.ts";

export interface ManifestsOptions {
  readonly logger?: { readonly debug: (message: string) => void };
  /** How long a file that is written in place must be left alone before it is read, in milliseconds. */
  readonly settleTime?: number;
}

const SETTLE_TIME = 15;
/** Files read at the same time. */
const READERS = 16;
/** The kernel queues 16,384 events and drops what is beyond; after so many in one go, nothing is taken for granted. */
const BURST = 4096;

/** One sentence when the folder cannot be read at all. */
function whyUnusable(directory: string): string | undefined {
  try {
    if (!statSync(directory).isDirectory())
      return `${directory} is not a folder; name the folder that holds the manifests.`;
    readdirSync(directory);
    return undefined;
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT") return `The folder of manifests ${directory} does not exist; create it, or name another.`;
    return `The folder of manifests ${directory} cannot be read (${code}); let the user that runs Limpet read it.`;
  }
}

function inOrderOfPlace(a: Problem, b: Problem): number {
  return compareText(a.file ?? "", b.file ?? "") || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

class ManifestsSource implements Source {
  readonly #directory: string;
  readonly #tree: FolderTree;
  readonly #guard: RootGuard;
  readonly #settling: Settling;
  readonly #states: FileStates;
  /** Files to read, and whether they have settled. */
  readonly #due = new Map<string, boolean>();
  #working: Promise<void> | undefined;
  #sink: SourceSink | undefined;
  #problems: readonly Problem[] = [];
  #events = 0;

  constructor(directory: string, options: ManifestsOptions) {
    this.#directory = resolve(directory);
    this.#states = new FileStates((file, kinds) => {
      options.logger?.debug(`Passed over in ${file}: ${kinds.join(", ")}.`);
    });
    const look = (file: string) => lookAt(join(this.#directory, file))?.state;
    this.#settling = new Settling(options.settleTime ?? SETTLE_TIME, look, (file) => this.#read(file, true));
    this.#guard = new RootGuard(this.#directory, (there) => this.#rootChanged(there));
    this.#tree = new FolderTree(this.#directory, {
      file: (file) => this.#fileTouched(file),
      folder: (folder, files) => this.#folderTouched(folder, files),
      root: () => this.#guard.check(),
    });
  }

  async start(sink: SourceSink): Promise<void> {
    const reason = whyUnusable(this.#directory);
    if (reason !== undefined) throw new Error(reason);
    this.#sink = sink;
    this.#guard.start();
    for (const file of this.#tree.open("")) this.#due.set(file, true);
    this.#working = this.#work(true);
    await this.#working;
  }

  async stop(): Promise<void> {
    this.#sink = undefined;
    this.#due.clear();
    this.#guard.stop();
    this.#tree.close("");
    this.#settling.stop();
    await this.#working;
  }

  #fileTouched(file: string): void {
    this.#events++;
    const look = lookAt(join(this.#directory, file));
    const isNew = look !== undefined && look.identity !== this.#states.look(file)?.identity;
    if (isNew && look.complete) {
      this.#settling.forget(file);
      this.#read(file, false);
    } else {
      this.#settling.notice(file);
    }
  }

  #folderTouched(folder: string, files: readonly string[]): void {
    const before = this.#states.files.filter((file) => isBelow(folder, file));
    for (const file of new Set([...before, ...files])) {
      const look = lookAt(join(this.#directory, file));
      if (look === undefined || look.state !== this.#states.look(file)?.state) this.#fileTouched(file);
    }
    this.#begin();
  }

  #rootChanged(there: boolean): void {
    if (there) this.#folderTouched("", this.#tree.open(""));
    else this.#tree.close("");
    this.#begin();
  }

  #read(file: string, settled: boolean): void {
    this.#due.set(file, settled);
    this.#begin();
  }

  /** Whatever settles in the same turn of the event loop becomes one batch. */
  #begin(): void {
    this.#working ??= new Promise<void>((done) => setImmediate(done)).then(() => this.#work(false));
  }

  async #work(first: boolean): Promise<void> {
    do {
      const batch = [...this.#due].sort(([a], [b]) => compareText(a, b));
      this.#due.clear();
      await this.#readAll(batch);
      this.#handOver(first);
    } while (this.#due.size > 0);
    this.#working = undefined;
    this.#lookAgainAfterBurst();
  }

  async #readAll(batch: readonly (readonly [string, boolean])[]): Promise<void> {
    const queue = batch.values();
    const reader = async () => {
      for (const [file, settled] of queue) await this.#readOne(file, settled);
    };
    await Promise.all(Array.from({ length: READERS }, reader));
  }

  async #readOne(file: string, settled: boolean): Promise<void> {
    if (this.#sink === undefined) return;
    const reading = await readManifestFile(join(this.#directory, file));
    // With its folder gone, a file says what it said before.
    this.#guard.check();
    if (this.#sink === undefined || (reading.kind === "gone" && !this.#guard.there)) return;
    if (this.#states.take(file, reading, settled) === "unsettled") this.#settling.notice(file);
  }

  #handOver(first: boolean): void {
    if (this.#sink === undefined) return;
    const gone = this.#guard.there ? [] : [folderGone(this.#directory)];
    const problems = [...gone, ...this.#tree.problems, ...this.#states.problems()].sort(inOrderOfPlace);
    if (!isDeepStrictEqual(problems, this.#problems)) {
      this.#problems = problems;
      this.#sink.problems(problems);
    }
    const changes = this.#states.takeChanges();
    if (first || changes.length > 0) this.#sink?.changed(changes);
  }

  #lookAgainAfterBurst(): void {
    if (this.#sink === undefined || !this.#settling.idle) return;
    const events = this.#events;
    this.#events = 0;
    if (events >= BURST) this.#folderTouched("", this.#tree.open(""));
  }
}

/**
 * The objects in a folder of YAML and JSON files, watched. A file counts once it is complete: at once when it was
 * renamed into its place, else when nobody has written to it for a moment. A file that cannot be read or parsed, or
 * that has become empty, keeps what it last said; so does everything when the folder vanishes. Of an object that
 * stands in several places the first one counts, by path of the file and then by line.
 *
 * @param directory its `start` rejects with one sentence when this is no folder that can be read
 */
export function manifestsSource(directory: string, options: ManifestsOptions = {}): Source {
  const source = new ManifestsSource(directory, options);
  return { start: (sink) => source.start(sink), stop: () => source.stop() };
}
