import { cpus } from "node:os";
import type { Limpet } from "../../test/support/limpet.ts";
import { findProgram } from "./binaries.ts";
import { runProgram } from "./processes.ts";
import type { ChangeKind } from "./scale-changes.ts";
import { PROBER, type Probe } from "./scale-prober.ts";

/** Between two changes; milliseconds. */
const CHANGE_INTERVAL = 100;

/** The worker and its prober share a core: one of them waits while the other runs. All else keeps off it. */
export async function separate(limpet: Limpet): Promise<void> {
  const taskset = findProgram("taskset");
  for (const pid of await limpet.workers()) await runProgram([taskset, "-cp", "0", String(pid)]);
  for (const pid of [limpet.pid, process.pid]) await runProgram([taskset, "-acp", "1", String(pid)]);
}

/** Every core again for what is started from now on, which would inherit this process's one. */
export async function reunite(): Promise<void> {
  await runProgram([findProgram("taskset"), "-acp", `0-${cpus().length - 1}`, String(process.pid)]);
}

/** What a client of the worker sees; while nothing changes, the noise of the machine. */
export async function probe(limpet: Limpet, seconds: number): Promise<Probe> {
  const pinned = [findProgram("taskset"), "-c", "0", process.execPath, PROBER];
  return JSON.parse(await runProgram([...pinned, String(limpet.httpPort), String(seconds)])) as Probe;
}

/** What it sees while ten changes a second are saved, of every kind in turn. */
export async function probeChanging(limpet: Limpet, kinds: readonly ChangeKind[], seconds: number): Promise<Probe> {
  let i = 0;
  const timer = setInterval(() => {
    const kind = kinds[i % kinds.length] as ChangeKind;
    void kind.save(limpet, Math.floor(i++ / kinds.length));
  }, CHANGE_INTERVAL);
  try {
    return await probe(limpet, seconds);
  } finally {
    clearInterval(timer);
  }
}
