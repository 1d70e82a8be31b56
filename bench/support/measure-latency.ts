import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findProgram } from "./binaries.ts";
import { BODY_PATHS } from "./endpoints.ts";
import type { Contestant, ThroughputOptions } from "./measure-throughput.ts";
import { type LoadOrder, type LoadReport, OPEN_LOOP_CLIENT } from "./open-loop-client.ts";
import { runProgram } from "./processes.ts";
import { requestText } from "./requests.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

export interface LatencyOptions extends ThroughputOptions {
  /** Requests per second. */
  readonly rate: number;
}

const WARM_UP_SECONDS = 1;

/** Between two changes of a Route; milliseconds. */
const CHANGE_INTERVAL = 100;

async function runClient(order: LoadOrder, runner: readonly string[]): Promise<LoadReport> {
  const file = join(temporaryDirectory("load"), "order.json");
  await writeFile(file, JSON.stringify(order));
  // It never sleeps, so whoever shares a core with it must come in between at once: being nice is not enough, the scheduler lets
  // a nice process finish its slice.
  const idle = [findProgram("chrt"), "--idle", "0"];
  return JSON.parse(await runProgram([...runner, ...idle, process.execPath, OPEN_LOOP_CLIENT, file])) as LoadReport;
}

/** What a client sees that sends at a fixed rate. */
export function measureLatency({ running, headers }: Contestant, options: LatencyOptions): Promise<LoadReport> {
  const requests = headers.map((lines) => requestText(BODY_PATHS[options.body], lines));
  const { rate, seconds, cores } = options;
  return runClient({ port: running.port, requests, rate, seconds, warmUpSeconds: WARM_UP_SECONDS }, cores.others);
}

/**
 * The same while a Route is changed ten times a second.
 * @throws Error when a change is refused
 */
export async function measureLatencyOfChanges(contestant: Contestant, options: LatencyOptions): Promise<LoadReport> {
  const { changeRoute } = contestant.running;
  if (changeRoute === undefined) throw new Error(`${contestant.subject.name} cannot change a route`);
  const changes: Promise<void>[] = [];
  const timer = setInterval(() => changes.push(changeRoute(changes.length)), CHANGE_INTERVAL);
  try {
    return await measureLatency(contestant, options);
  } finally {
    clearInterval(timer);
    await Promise.all(changes);
  }
}
