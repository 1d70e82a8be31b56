import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const run = promisify(execFile);

/** What the image runs, in a temporary folder: the program bundled in one file, without its sources. */
export interface Packed {
  readonly folder: string;
  /** Its `bin/limpet.js`. */
  readonly launcher: string;
  readonly remove: () => Promise<void>;
}

/** Packs this checkout as deploy/Dockerfile does; Node's compile cache is filled in the same way, too. */
export async function packLimpet(): Promise<Packed> {
  const folder = await mkdtemp(join(tmpdir(), "limpet-packed-"));
  const launcher = join(folder, "bin", "limpet.js");
  const { NODE_COMPILE_CACHE: _, ...env } = process.env;
  await run(process.execPath, [join(ROOT, "scripts", "setup.mjs"), "pack", folder], { env });
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  await run(process.execPath, [launcher, "version"], { env });
  return { folder, launcher, remove: () => rm(folder, { recursive: true, force: true }) };
}
