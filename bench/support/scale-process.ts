import { readFile } from "node:fs/promises";

/** Megabytes. */
export interface Memory {
  readonly resident: number;
  /** Shared pages counted in equal parts to those that share them. */
  readonly proportional: number;
  /** Of this process alone. */
  readonly own: number;
  /** The most that was resident at any time. */
  readonly most: number;
}

function kilobytes(lines: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(lines)?.[1] ?? 0);
}

/** @throws Error when the process is gone or belongs to somebody else */
export async function readMemory(pid: number): Promise<Memory> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, "utf8");
  const own = kilobytes(rollup, "Private_Clean") + kilobytes(rollup, "Private_Dirty");
  const most = kilobytes(await readFile(`/proc/${pid}/status`, "utf8"), "VmHWM");
  const [resident, proportional] = [kilobytes(rollup, "Rss"), kilobytes(rollup, "Pss")];
  return { resident: resident / 1024, proportional: proportional / 1024, own: own / 1024, most: most / 1024 };
}

/** Linux counts in hundredths of a second for everybody (`sysconf(_SC_CLK_TCK)`). */
const TICK_MS = 10;

/** CPU milliseconds of all threads of a process so far, in user and kernel mode. */
export async function cpuMilliseconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
