import { cpus } from "node:os";
import type { Limpet } from "../../test/support/limpet.ts";
import { quantile } from "../../test/support/row.ts";
import { findProgram } from "./binaries.ts";
import { runProgram } from "./processes.ts";
import type { ChangeKind } from "./scale-changes.ts";
import { PROBER, type Samples } from "./scale-prober.ts";
import { quietest, watchStolenTime } from "./stolen-time.ts";

/** Between two changes; milliseconds. */
const CHANGE_INTERVAL = 100;

const TURN_SECONDS = 3;

/** Turns that are taken for each that is wanted, at most. */
const TRIES = 3;

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

/** What a client of the worker saw; milliseconds. */
export interface Probe {
  readonly p50: number;
  readonly p999: number;
  readonly longest: number;
  /** The most that the worker itself ran until it answered: the longest stall that it is to blame for. */
  readonly worked: number;
}

function summaryOf(samples: readonly Samples[]): Probe {
  const took = samples.flatMap((one) => one.took);
  const [p50 = 0, p999 = 0, longest = 0] = [0.5, 0.999, 1].map((share) => quantile(took, share));
  return {
    p50,
    p999,
    longest,
    worked: quantile(
      samples.flatMap((one) => one.worked),
      1,
    ),
  };
}

async function sample(limpet: Limpet, seconds: number): Promise<Samples> {
  const [worker] = await limpet.workers();
  const pinned = [findProgram("taskset"), "-c", "0", process.execPath, PROBER];
  return JSON.parse(await runProgram([...pinned, ...[limpet.httpPort, seconds, worker].map(String)])) as Samples;
}

/** What a client of the worker sees; while nothing changes, the noise of the machine. */
export async function probe(limpet: Limpet, seconds: number): Promise<Probe> {
  return summaryOf([await sample(limpet, seconds)]);
}

/** The same from turns in which the machine ran for nobody else, or from the quietest of several. */
export async function probeQuietly(limpet: Limpet, seconds: number): Promise<Probe> {
  const count = Math.ceil(seconds / TURN_SECONDS);
  const turn = () => watchStolenTime(() => sample(limpet, TURN_SECONDS));
  const turns = await quietest(turn, { count, most: TRIES * count, stolen: 0 });
  return summaryOf(turns.map(({ value }) => value));
}

/** What it sees while ten changes a second are saved, of every kind in turn. */
export async function probeChanging(limpet: Limpet, kinds: readonly ChangeKind[], seconds: number): Promise<Probe> {
  let i = 0;
  const timer = setInterval(() => {
    const kind = kinds[i % kinds.length] as ChangeKind;
    void kind.save(limpet, Math.floor(i++ / kinds.length));
  }, CHANGE_INTERVAL);
  try {
    return await probeQuietly(limpet, seconds);
  } finally {
    clearInterval(timer);
  }
}
