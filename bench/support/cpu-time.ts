import { readFile } from "node:fs/promises";

/** Seconds that the main thread of a process has run so far, to the nanosecond. */
export async function cpuSeconds(pid: number): Promise<number> {
  const [nanoseconds] = (await readFile(`/proc/${pid}/schedstat`, "utf8")).split(" ");
  return Number(nanoseconds) / 1e9;
}
