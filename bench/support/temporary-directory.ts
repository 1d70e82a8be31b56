import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder that is gone when this process ends. */
function makeTemporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "limpet-bench-"));
  // NGINX's workers run under another account when started by root.
  chmodSync(directory, 0o755);
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

let root: string | undefined;
let count = 0;

/** A new, empty folder for one process. */
export function temporaryDirectory(name: string): string {
  root ??= makeTemporaryDirectory();
  count += 1;
  const directory = join(root, `${name}-${count}`);
  mkdirSync(directory);
  return directory;
}
