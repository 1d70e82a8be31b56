import { type FSWatcher, statSync, watch } from "node:fs";
import { basename, dirname } from "node:path";

/** Undefined for what is no folder. */
function identityOf(directory: string): string | undefined {
  const stats = statSync(directory, { bigint: true, throwIfNoEntry: false });
  return stats?.isDirectory() ? `${stats.dev}:${stats.ino}` : undefined;
}

/** Sees a folder vanish, come back, or be replaced by another, by watching the nearest folder above it that exists. */
export class RootGuard {
  readonly #directory: string;
  readonly #changed: (there: boolean) => void;
  #identity: string | undefined;
  #watcher: FSWatcher | undefined;

  /** @param directory absolute; @param changed is told whether there is a folder now, whenever it is another than before */
  constructor(directory: string, changed: (there: boolean) => void) {
    this.#directory = directory;
    this.#changed = changed;
  }

  get there(): boolean {
    return this.#identity !== undefined;
  }

  start(): void {
    this.#identity = this.#look();
    this.#watchAbove();
  }

  stop(): void {
    this.#watcher?.close();
  }

  /** Looks whether the folder is still the same one. */
  check(): void {
    const identity = this.#look();
    if (identity === this.#identity) return;
    this.#identity = identity;
    this.#watchAbove();
    this.#changed(identity !== undefined);
  }

  #look(): string | undefined {
    try {
      return identityOf(this.#directory);
    } catch {
      return undefined;
    }
  }

  #watchAbove(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    let above = dirname(this.#directory);
    while (!this.#tryWatch(above) && above !== dirname(above)) above = dirname(above);
  }

  #tryWatch(above: string): boolean {
    try {
      const names = [basename(this.#directory), basename(above)];
      this.#watcher = watch(above, (_event, name) => {
        if (!this.there) this.#awaitReturn();
        else if (name === null || names.includes(name)) this.check();
      });
      this.#watcher.on("error", () => {});
      return true;
    } catch {
      return false;
    }
  }

  /** A folder further down may have come back, or the one that is watched may have gone. */
  #awaitReturn(): void {
    this.#watchAbove();
    this.check();
  }
}
