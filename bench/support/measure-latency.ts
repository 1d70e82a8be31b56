import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { quantile } from "../../test/support/row.ts";
import type { ChangeRoute } from "../subjects/subject.ts";
import { findProgram } from "./binaries.ts";
import { compileLua } from "./compile-lua.ts";
import { BODY_PATHS } from "./endpoints.ts";
import type { Contestant, ThroughputOptions } from "./measure-throughput.ts";
import { runProgram } from "./processes.ts";
import { requestText } from "./requests.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

export interface LatencyOptions extends ThroughputOptions {
  /** Requests per second. */
  readonly rate: number;
}

const WARM_UP_SECONDS = 0.3;

/** Between two changes of a Route; milliseconds. */
const CHANGE_INTERVAL = 100;

/** What the client writes; milliseconds. */
interface LoadSamples {
  readonly latencies: number[];
  readonly lateness: number[];
}

/** Milliseconds. */
export interface Distribution {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly longest: number;
}

export interface LoadReport {
  readonly latency: Distribution;
  /** How late the client itself was; part of the latency. */
  readonly lateness: Distribution;
}

function distributionOf(samples: number[]): Distribution {
  const [p50 = 0, p99 = 0, p999 = 0, longest = 0] = [0.5, 0.99, 0.999, 1].map((share) => quantile(samples, share));
  return { p50, p99, p999, longest };
}

export interface LoadOrder {
  /** On 127.0.0.1. */
  readonly port: number;
  /** The bytes of the request of each connection. */
  readonly requests: readonly string[];
  /** Requests per second. */
  readonly rate: number;
  readonly seconds: number;
}

/**
 * Runs the client of bench/client. What it sends before, at the same rate, does not count.
 * @throws Error for a response that is no success, and for a connection that breaks
 */
export async function runClient(order: LoadOrder, runner: readonly string[]): Promise<LoadReport> {
  const { port, requests, rate, seconds } = order;
  const file = join(temporaryDirectory("load"), "requests");
  await writeFile(file, requests.join("\0"), "latin1");
  const folder = await compileLua("client");
  // It never sleeps, so whoever shares a core with it must come in between at once: being nice is not enough, the scheduler lets
  // a nice process finish its slice.
  const idle = [findProgram("chrt"), "--idle", "0"];
  const client = [findProgram("luajit"), "-e", `package.path = "${folder}/?.lua"`, `${folder}/client/main.lua`];
  const numbers = [port, rate, WARM_UP_SECONDS, seconds].map(String);
  const written = await runProgram([...runner, ...idle, ...client, ...numbers, file]);
  const { latencies, lateness } = JSON.parse(written) as LoadSamples;
  return { latency: distributionOf(latencies), lateness: distributionOf(lateness) };
}

/** What a client sees that sends at a fixed rate. */
export function measureLatency({ running, headers }: Contestant, options: LatencyOptions): Promise<LoadReport> {
  const requests = headers.map((lines) => requestText(BODY_PATHS[options.body], lines));
  const { rate, seconds, cores } = options;
  return runClient({ port: running.port, requests, rate, seconds }, cores.others);
}

/**
 * Something measured while a Route is changed ten times a second.
 * @throws Error when a change is refused
 */
export async function whileChanging<T>(changeRoute: ChangeRoute, measure: () => Promise<T>): Promise<T> {
  const changes: Promise<void>[] = [];
  const timer = setInterval(() => changes.push(changeRoute(changes.length)), CHANGE_INTERVAL);
  try {
    return await measure();
  } finally {
    clearInterval(timer);
    await Promise.all(changes);
  }
}
