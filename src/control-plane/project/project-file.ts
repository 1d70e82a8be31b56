import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The nearest folder above this file with a package.json: a bundle stands elsewhere than the sources it was made of. */
function findRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) {
    const above = dirname(folder);
    if (above === folder)
      throw new Error(`No package.json is above ${fileURLToPath(import.meta.url)}: install Limpet anew.`);
    folder = above;
  }
  return folder;
}

const ROOT = findRoot();

/**
 * The absolute path of a file or folder that Limpet comes with.
 *
 * @param path from the folder of package.json: `build/lua`
 */
export function projectFile(path: string): string {
  return join(ROOT, path);
}
