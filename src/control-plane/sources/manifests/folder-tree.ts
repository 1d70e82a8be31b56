import { type Dirent, type FSWatcher, lstatSync, readdirSync, statSync, watch } from "node:fs";
import { join } from "node:path";
import type { Problem } from "../../problems/problem.ts";
import { folderUnreadable } from "../../problems/source-problems.ts";
import { LinkTargets } from "./link-targets.ts";
import { errorCode } from "./read-file.ts";
import { below, isBelow } from "./tree-path.ts";

/** What happens in the tree; paths are relative to its root, with slashes. */
export interface TreeListener {
  /** A file of manifests is new, was written to, or is gone. */
  readonly file: (file: string) => void;
  /** Everything below a folder may be new or gone; the files that are there now. Empty for the root. */
  readonly folder: (folder: string, files: readonly string[]) => void;
  /** Something was created, renamed or deleted in the root, or the root itself was. */
  readonly root: () => void;
}

interface Folder {
  readonly identity: string;
  readonly watcher: FSWatcher | undefined;
}

const MANIFEST = /\.(?:ya?ml|json)$/;
/** The link by which Kubernetes swaps all files of a mounted ConfigMap or Secret at once. */
const SWAPPED = "..data";

/**
 * The folders below a root, one watcher each: a recursive watcher of Node opens one for every file on Linux, and loses
 * files that are replaced by a rename. Names that begin with a dot are passed over; links are followed.
 */
export class FolderTree {
  readonly #root: string;
  readonly #listener: TreeListener;
  readonly #folders = new Map<string, Folder>();
  readonly #problems = new Map<string, Problem>();
  readonly #links: LinkTargets;

  constructor(root: string, listener: TreeListener) {
    this.#root = root;
    this.#listener = listener;
    this.#links = new LinkTargets(root, listener.file);
  }

  get problems(): readonly Problem[] {
    return [...this.#problems.values()];
  }

  /** Watches a folder and what is below it, anew if need be. Gives the files of manifests there. */
  open(folder: string): readonly string[] {
    this.close(folder);
    const files: string[] = [];
    this.#open(folder, this.#ancestors(folder), files);
    return files;
  }

  /** The identities of the folders around a folder. */
  #ancestors(folder: string): readonly string[] {
    const around = [...this.#folders].filter(([path]) => path !== folder && isBelow(path, folder));
    return around.map(([, { identity }]) => identity);
  }

  close(folder: string): void {
    for (const [path, { watcher }] of [...this.#folders]) {
      if (!isBelow(folder, path)) continue;
      watcher?.close();
      this.#folders.delete(path);
    }
    for (const path of [...this.#problems.keys()]) if (isBelow(folder, path)) this.#problems.delete(path);
    this.#links.close(folder);
  }

  #open(folder: string, ancestors: readonly string[], files: string[]): void {
    const identity = this.#identity(folder);
    // A link to a folder around it would have no end.
    if (identity === undefined || ancestors.includes(identity)) return;
    try {
      // Watched first: what comes after the listing is an event.
      this.#folders.set(folder, { identity, watcher: this.#watch(folder) });
      const entries = readdirSync(join(this.#root, folder), { withFileTypes: true });
      for (const entry of entries) this.#enter(folder, entry, [...ancestors, identity], files);
    } catch (error) {
      this.#folders.set(folder, { identity, watcher: this.#folders.get(folder)?.watcher });
      this.#problems.set(folder, folderUnreadable(folder === "" ? "." : folder, errorCode(error)));
    }
  }

  #enter(folder: string, entry: Dirent, ancestors: readonly string[], files: string[]): void {
    if (entry.name.startsWith(".")) return;
    const path = below(folder, entry.name);
    if (entry.isDirectory() || (entry.isSymbolicLink() && this.#identity(path) !== undefined)) {
      this.#open(path, ancestors, files);
    } else if (MANIFEST.test(entry.name)) {
      if (entry.isSymbolicLink()) this.#links.follow(path);
      files.push(path);
    }
  }

  /** Undefined for what is no folder. */
  #identity(folder: string): string | undefined {
    try {
      const stats = statSync(join(this.#root, folder), { bigint: true });
      return stats.isDirectory() ? `${stats.dev}:${stats.ino}` : undefined;
    } catch {
      return undefined;
    }
  }

  #watch(folder: string): FSWatcher {
    const watcher = watch(join(this.#root, folder), (event, name) => this.#happened(folder, event, name));
    watcher.on("error", () => this.#reopen(folder));
    return watcher;
  }

  #happened(folder: string, event: string, name: string | null): void {
    if (folder === "" && event === "rename") this.#listener.root();
    // The root's listener may have closed everything.
    if (!this.#folders.has(folder)) return;
    if (name === null || name === SWAPPED) this.#reopen(folder);
    else if (!name.startsWith(".")) this.#entryHappened(below(folder, name));
  }

  #entryHappened(path: string): void {
    const known = this.#folders.get(path);
    const identity = this.#identity(path);
    if (known !== undefined || identity !== undefined) {
      if (known?.identity !== identity || this.#problems.has(path)) this.#reopen(path);
      return;
    }
    if (!MANIFEST.test(path)) return;
    if (lstatSync(join(this.#root, path), { throwIfNoEntry: false })?.isSymbolicLink()) this.#links.follow(path);
    else this.#links.forget(path);
    this.#listener.file(path);
  }

  #reopen(folder: string): void {
    this.#listener.folder(folder, this.open(folder));
  }
}
