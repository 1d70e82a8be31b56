/**
 * A client that sends at a fixed rate, whatever the answers do, and writes how long they took as JSON. A process of its
 * own, so that nothing else that a benchmark does delays it. It never sleeps: the timers of Node are a millisecond coarse,
 * which is more than what is measured.
 *
 *     node bench/support/open-loop-client.ts <file>
 *
 * The file holds `LoadOrder` as JSON.
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { quantile } from "../../test/support/row.ts";
import { OpenLoop } from "./open-loop.ts";
import { OpenLoopChannel } from "./open-loop-channel.ts";

export const OPEN_LOOP_CLIENT = fileURLToPath(import.meta.url);

export interface LoadOrder {
  /** On 127.0.0.1. */
  readonly port: number;
  /** The bytes of the request of each connection. */
  readonly requests: readonly string[];
  /** Requests per second. */
  readonly rate: number;
  /** At the rate, before anything counts; and what counts. */
  readonly warmUpSeconds: number;
  readonly seconds: number;
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

async function runLoop(channels: readonly OpenLoopChannel[], rate: number, seconds: number): Promise<OpenLoop> {
  const schedule = { start: performance.now(), interval: 1000 / rate, count: Math.round(rate * seconds) };
  const loop = new OpenLoop(channels, schedule, () => performance.now());
  while (!loop.isDone) {
    loop.tick();
    await new Promise(setImmediate);
  }
  return loop;
}

async function main(): Promise<void> {
  const order = JSON.parse(await readFile(process.argv[2] ?? "", "utf8")) as LoadOrder;
  const channels: OpenLoopChannel[] = [];
  for (const request of order.requests) channels.push(await OpenLoopChannel.open(order.port, request));
  await runLoop(channels, order.rate, order.warmUpSeconds);
  const { latencies, lateness } = await runLoop(channels, order.rate, order.seconds);
  for (const channel of channels) channel.close();
  const report: LoadReport = { latency: distributionOf(latencies), lateness: distributionOf(lateness) };
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

if (process.argv[1] === OPEN_LOOP_CLIENT) await main();
