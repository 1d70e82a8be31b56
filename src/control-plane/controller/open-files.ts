import { readFileSync } from "node:fs";

/** What is assumed where the kernel does not say. */
const USUAL = 1024;
/** More than this helps nobody, and some systems grant a thousand million. */
const MOST = 1_048_576;

/** How many files this process and its children may open: the hard limit (proc(5), /proc/PID/limits). */
export function openFilesLimit(limits = readLimits()): number {
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(limits)?.[1];
  if (hard === "unlimited") return MOST;
  const files = Number(hard);
  return Number.isSafeInteger(files) && files > 0 ? Math.min(files, MOST) : USUAL;
}

function readLimits(): string {
  try {
    return readFileSync("/proc/self/limits", "latin1");
  } catch {
    return "";
  }
}
