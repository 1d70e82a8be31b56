import { type FSWatcher, realpathSync, watch } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isBelow } from "./tree-path.ts";

interface Target {
  readonly watcher: FSWatcher;
  /** By name of the file in the target's folder: the links to it. */
  readonly links: Map<string, Set<string>>;
}

/**
 * Watches what symbolic links to files point to, which no watcher of the link's own folder sees. A target that cannot
 * be watched is left alone: the link itself still is.
 */
export class LinkTargets {
  readonly #root: string;
  readonly #touched: (link: string) => void;
  readonly #targets = new Map<string, Target>();
  readonly #realPath = new Map<string, string>();

  /** @param root what links are relative to; @param touched is told a link whose target may have changed */
  constructor(root: string, touched: (link: string) => void) {
    this.#root = root;
    this.#touched = touched;
  }

  /** Watches what a link points to now, and nothing else for it any more. */
  follow(link: string): void {
    let path: string;
    try {
      path = realpathSync(join(this.#root, link));
    } catch {
      this.forget(link);
      return;
    }
    if (this.#realPath.get(link) === path) return;
    this.forget(link);
    this.#watch(link, path);
  }

  forget(link: string): void {
    const path = this.#realPath.get(link);
    if (path === undefined) return;
    this.#realPath.delete(link);
    const target = this.#targets.get(dirname(path));
    const links = target?.links.get(basename(path));
    links?.delete(link);
    if (links?.size === 0) target?.links.delete(basename(path));
    if (target?.links.size !== 0) return;
    target.watcher.close();
    this.#targets.delete(dirname(path));
  }

  /** Forgets the links below a folder. */
  close(folder: string): void {
    for (const link of [...this.#realPath.keys()]) if (isBelow(folder, link)) this.forget(link);
  }

  #watch(link: string, path: string): void {
    const target = this.#targetIn(dirname(path));
    if (target === undefined) return;
    const links = target.links.get(basename(path)) ?? new Set<string>();
    target.links.set(basename(path), links.add(link));
    this.#realPath.set(link, path);
  }

  #targetIn(folder: string): Target | undefined {
    const known = this.#targets.get(folder);
    if (known !== undefined) return known;
    try {
      const links = new Map<string, Set<string>>();
      const watcher = watch(folder, (_event, name) => {
        for (const link of [...(links.get(name ?? "") ?? [])]) this.#touched(link);
      });
      watcher.on("error", () => {});
      const target = { watcher, links };
      this.#targets.set(folder, target);
      return target;
    } catch {
      return undefined;
    }
  }
}
