import { type BigIntStats, statSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";

/** How a file looks from outside: while this stays the same, nobody has written to it. */
export interface Look {
  readonly identity: string;
  /** Size and times; differs when the file was written to. */
  readonly state: string;
  /** Whether the last thing that happened to the file was no write to it: a rename, or new times or permissions. */
  readonly complete: boolean;
}

export type FileReading =
  | { readonly kind: "text"; readonly text: string; readonly look: Look }
  | { readonly kind: "not-utf8" }
  | { readonly kind: "unsettled" }
  | { readonly kind: "gone" }
  | { readonly kind: "unreadable"; readonly reason: string };

/** A write sets both times of a file to the same instant; a rename moves the change time alone. */
function lookOf(stats: BigIntStats): Look {
  return {
    identity: `${stats.dev}:${stats.ino}`,
    state: `${stats.dev}:${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}`,
    complete: stats.size > 0n && stats.ctimeNs > stats.mtimeNs,
  };
}

/** The code of an error of the operating system, such as `EACCES`. */
export function errorCode(error: unknown): string {
  return (error as NodeJS.ErrnoException | null)?.code ?? String(error);
}

function isGone(code: string): boolean {
  return code === "ENOENT" || code === "ENOTDIR";
}

/** How a file looks now; undefined when it cannot be seen. Links are followed. */
export function lookAt(path: string): Look | undefined {
  try {
    return lookOf(statSync(path, { bigint: true }));
  } catch {
    return undefined;
  }
}

async function readUnmoved(path: string): Promise<FileReading> {
  const before = await stat(path, { bigint: true });
  // Anything else, such as a pipe, might never end.
  if (!before.isFile()) return { kind: "gone" };
  const bytes = await readFile(path);
  const look = lookOf(await stat(path, { bigint: true }));
  if (look.state !== lookOf(before).state) return { kind: "unsettled" };
  try {
    return { kind: "text", text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), look };
  } catch {
    return { kind: "not-utf8" };
  }
}

/** Reads a file of UTF-8; `unsettled` when it was written to at the same time. Never throws. */
export async function readManifestFile(path: string): Promise<FileReading> {
  try {
    return await readUnmoved(path);
  } catch (error) {
    const reason = errorCode(error);
    return isGone(reason) ? { kind: "gone" } : { kind: "unreadable", reason };
  }
}
