import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * What tells one compiled data plane from another: the same files with the same contents give the same hex digits.
 *
 * @param luaPath the folder of the compiled Lua
 * @throws Error when it cannot be read
 */
export function dataPlaneFingerprint(luaPath: string): string {
  const names = readdirSync(luaPath, { recursive: true, encoding: "utf8" });
  const hash = createHash("sha256");
  for (const name of names.filter((name) => name.endsWith(".lua")).sort()) {
    hash
      .update(`${name}\0`)
      .update(readFileSync(join(luaPath, name)))
      .update("\0");
  }
  return hash.digest("hex").slice(0, 16);
}
