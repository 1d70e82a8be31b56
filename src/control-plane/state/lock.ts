import { linkSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { readProcess } from "./process-stat.ts";
import { readOrEmpty } from "./read-or-empty.ts";

/** A lock that is held. */
export interface Lock {
  /** Gives it back; more than once does no harm. */
  readonly release: () => void;
}

interface Holder {
  readonly pid: number;
  /** Process numbers come round again, start times of one boot do not. */
  readonly startTime: string;
  readonly boot: string;
}

const ATTEMPTS = 10;

/**
 * Takes the lock of a state directory for this process, also over from one that died without giving it back.
 *
 * @throws Error of one sentence when a living process holds it
 */
export function acquireLock(lockFile: string): Lock {
  const own = JSON.stringify(thisProcess());
  const draft = `${lockFile}.${process.pid}`;
  writeFileSync(draft, own, { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (placed(draft, lockFile)) return { release: () => removeIfOurs(lockFile, own) };
      removeStale(lockFile, draft);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  throw new Error(`The lock ${lockFile} cannot be taken: other processes keep taking it`);
}

function thisProcess(): Holder {
  const startTime = readProcess(process.pid)?.startTime ?? "";
  return { pid: process.pid, startTime, boot: bootId() };
}

function bootId(): string {
  return readOrEmpty("/proc/sys/kernel/random/boot_id").trim();
}

/** A link appears whole or not at all, and never over another. */
function placed(draft: string, lockFile: string): boolean {
  try {
    linkSync(draft, lockFile);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function removeStale(lockFile: string, draft: string): void {
  const seen = readOrEmpty(lockFile);
  const holder = parseHolder(seen);
  if (holder !== undefined && isAlive(holder)) {
    throw new Error(
      `Another limpet (process ${holder.pid}) runs with this state directory (${lockFile}): ` +
        "end it or choose another --state-dir",
    );
  }
  const aside = `${draft}.stale`;
  try {
    renameSync(lockFile, aside);
  } catch {
    return; // Somebody else was faster.
  }
  // What was moved may be a lock that somebody took since it was read: then it goes back.
  if (readOrEmpty(aside) !== seen) placed(aside, lockFile);
  rmSync(aside, { force: true });
}

function isAlive({ pid, startTime, boot }: Holder): boolean {
  return boot === bootId() && readProcess(pid)?.startTime === startTime;
}

function parseHolder(text: string): Holder | undefined {
  try {
    const { pid, startTime, boot } = JSON.parse(text) as Partial<Holder>;
    if (typeof pid !== "number" || typeof startTime !== "string" || typeof boot !== "string") return undefined;
    return { pid, startTime, boot };
  } catch {
    return undefined;
  }
}

function removeIfOurs(lockFile: string, own: string): void {
  if (readOrEmpty(lockFile) === own) rmSync(lockFile, { force: true });
}
