import { readFile } from "node:fs/promises";

/** The pids of the workers of an NGINX master, in ascending order: from the kernel, as a worker tells of itself only at a request. */
export async function workersOf(master: number): Promise<number[]> {
  const children = await readFile(`/proc/${master}/task/${master}/children`, "utf8");
  const pids = children.split(" ").filter((pid) => pid !== "");
  // What hands standard output on was the master's child before it was a master.
  const names = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/comm`, "utf8").catch(() => "")));
  return pids
    .filter((_, at) => names[at] === "nginx\n")
    .map(Number)
    .sort((a, b) => a - b);
}
