/**
 * How long a saved file takes to be live in every worker: a benchmark, so it prints and asserts nothing.
 *
 *     node bench/propagation.ts [--changes 200] [--write]
 */
import http from "node:http";
import { parseArgs } from "node:util";
import { startEndpoint } from "../test/support/endpoints.ts";
import { Limpet } from "../test/support/limpet.ts";
import { ingress, service, slices } from "../test/support/manifests.ts";
import { quantile } from "../test/support/row.ts";
import { writeBlock } from "./support/docs-block.ts";
import { runMain, wholeNumber } from "./support/flags.ts";
import { formatMarkdown, formatTable, type Table } from "./support/table.ts";

const WORKERS = 2;

/** Between two changes; milliseconds. */
const PAUSE = 50;

function readFlags() {
  const { values } = parseArgs({
    options: { changes: { type: "string", default: "200" }, write: { type: "boolean", default: false } },
  });
  return { changes: wholeNumber("changes", values.changes, 1), write: values.write };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/**
 * From the moment that the file is complete to the first request that finds the route. Every worker asks for the
 * generation, so one that has it speaks for all. Asked once a millisecond: a client without a pause would keep a core
 * busy that the controller needs.
 */
async function measureOne(limpet: Limpet, agent: http.Agent, i: number): Promise<number> {
  const host = `route-${i}.test`;
  await limpet.write([ingress({ name: "route", host })], "route.json");
  const saved = performance.now();
  while ((await limpet.send({ host, agent })).status !== 200) await pause(1);
  return performance.now() - saved;
}

async function measureChanges(limpet: Limpet, changes: number): Promise<number[]> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const milliseconds: number[] = [];
  for (let i = 0; i < changes; i++) {
    milliseconds.push(await measureOne(limpet, agent, i));
    await pause(PAUSE);
  }
  agent.destroy();
  return milliseconds;
}

function tableOf(milliseconds: number[]): Table {
  const cells = [0.5, 0.99, 1].map((share) => quantile(milliseconds, share).toFixed(1));
  return {
    header: ["file saved → route answers, ms", "changes", "p50", "p99", "most"],
    rows: [[`${WORKERS} workers`, `${milliseconds.length}`, ...cells]],
  };
}

async function main(): Promise<void> {
  const { changes, write } = readFlags();
  const endpoint = await startEndpoint("one");
  const limpet = await Limpet.start([service(), ...slices([endpoint])], { workers: WORKERS });
  try {
    const table = tableOf(await measureChanges(limpet, changes));
    console.log(formatTable(table));
    if (write) await writeBlock("propagation", formatMarkdown(table));
  } finally {
    await limpet.stop();
    await endpoint.kill();
  }
}

await runMain(main);
