import { randomBytes } from "node:crypto";
import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Keys } from "../translate/seal.ts";

/** Bytes of a key. */
export const KEY_LENGTH = 32;

async function readKey(path: string): Promise<Uint8Array | undefined> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new Error(`The key ${path} cannot be read (${error.code}): give this user permission to read it.`);
  });
  if (bytes === undefined || bytes.length === KEY_LENGTH) return bytes;
  throw new Error(
    `The key ${path} holds ${bytes.length} bytes instead of ${KEY_LENGTH}: restore it, or remove it to begin with a new one.`,
  );
}

/** A file beside another, for its owner alone. Gives its path. */
async function writeBeside(path: string, bytes: Uint8Array): Promise<string> {
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString("hex")}`;
  await writeFile(temporary, bytes, { mode: 0o600, flush: true });
  return temporary;
}

export function randomKey(): Uint8Array {
  return randomBytes(KEY_LENGTH);
}

/** Makes a key in one step; when another process was faster, its key stands. */
async function makeKey(path: string): Promise<void> {
  const temporary = await writeBeside(path, randomKey());
  try {
    await link(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * The keys in a folder: `current`, made when it is not there, and `former` if there is one. To rotate: move `current`
 * to `former` and start again.
 *
 * @throws Error with one sentence for the operator when a key cannot be read, made, or is no key
 */
export async function loadKeys(folder: string): Promise<Keys> {
  const path = join(folder, "current");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readKey(path)) === undefined) await makeKey(path);
  const current = (await readKey(path)) as Uint8Array;
  const former = await readKey(join(folder, "former"));
  return former === undefined ? { current } : { current, former };
}

/**
 * The keys in a folder as `loadKeys` gives them, but makes none; undefined when there is none that can be read.
 */
export async function findKeys(folder: string): Promise<Keys | undefined> {
  try {
    const current = await readKey(join(folder, "current"));
    const former = await readKey(join(folder, "former"));
    if (current === undefined) return undefined;
    return former === undefined ? { current } : { current, former };
  } catch {
    return undefined;
  }
}

/** Puts keys into a folder in place of those that are there, for `findKeys` to read. */
export async function storeKeys(folder: string, { current, former }: Keys): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const [name, bytes] of [
    ["former", former],
    ["current", current],
  ] as const) {
    const path = join(folder, name);
    if (bytes === undefined) await rm(path, { force: true });
    else await rename(await writeBeside(path, bytes), path);
  }
}

/** Keys for a look at manifests that serve nobody: cookies of a running Limpet mean nothing to them. */
export function temporaryKeys(): Keys {
  return { current: randomKey() };
}
