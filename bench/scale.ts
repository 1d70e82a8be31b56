/**
 * What many Ingresses cost: start-up, memory, the spreading of changes, stalls of a worker. It starts `limpet run` on a
 * folder of manifests and prints one table; it asserts nothing.
 *
 *     node bench/scale.ts [--ingresses 10000] [--changes 100] [--seconds 20] [--write]
 */
import { Agent } from "node:http";
import { parseArgs } from "node:util";
import { startEndpoint, type TestEndpoint } from "../test/support/endpoints.ts";
import type { Limpet } from "../test/support/limpet.ts";
import { writeBlock } from "./support/docs-block.ts";
import { runMain, wholeNumber } from "./support/flags.ts";
import { addSingle, changeKinds, measureChanges, type Propagation } from "./support/scale-changes.ts";
import { end, journalLength, prepare, type Start, startCold, startFromSnapshot } from "./support/scale-limpet.ts";
import { ENDPOINTS_EACH, hostOf } from "./support/scale-objects.ts";
import type { Probe } from "./support/scale-prober.ts";
import { readMemory } from "./support/scale-process.ts";
import { probeChanging, probeQuiet, separate } from "./support/scale-stalls.ts";
import { formatCount, formatMarkdown, formatTable } from "./support/table.ts";

interface Flags {
  readonly ingresses: number;
  readonly changes: number;
  readonly seconds: number;
  readonly write: boolean;
}

type Pair = readonly [TestEndpoint, TestEndpoint];
type Row = readonly [what: string, measured: string, target: string];

function readFlags(): Flags {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    options: { ingresses: text, changes: text, seconds: text, write: { type: "boolean", default: false } },
  });
  return {
    ingresses: wholeNumber("ingresses", values.ingresses ?? "10000", 100),
    changes: wholeNumber("changes", values.changes ?? "100", 1),
    seconds: wholeNumber("seconds", values.seconds ?? "20", 1),
    write: values.write,
  };
}

function ms(milliseconds: number | undefined): string {
  return milliseconds === undefined
    ? "–"
    : `${milliseconds < 100 ? milliseconds.toFixed(1) : formatCount(milliseconds)} ms`;
}

function startRows(what: string, start: Start, target: string): Row[] {
  const rows: Row[] = [
    [what, ms(start.ready), target],
    ["  until NGINX listens", ms(start.nginx), ""],
  ];
  if (start.read === undefined) return rows;
  return [
    ...rows,
    ["  until everything is read and translated", ms(start.read), ""],
    ["  first push", ms(start.push), ""],
  ];
}

async function memoryRows(limpet: Limpet, when: string, withTargets: boolean): Promise<Row[]> {
  // A worker that was never asked says nothing of itself.
  await limpet.send({ host: "nobody.test" });
  const pids = [limpet.pid, ...(await limpet.workers())];
  const rows: Row[] = [];
  for (const [i, pid] of pids.entries()) {
    const { resident, proportional, own } = await readMemory(pid);
    const what = `memory of ${i === 0 ? "the controller" : `worker ${i - 1}`} ${when} (RSS / Pss / private)`;
    const target = i === 0 ? "≤ 600 MB" : "≤ 120 MB";
    const measured = [resident, proportional, own].map((megabytes) => megabytes.toFixed(0)).join(" / ");
    rows.push([what, `${measured} MB`, withTargets ? target : ""]);
  }
  return rows;
}

async function askEachHost(limpet: Limpet, count: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let i = 0; i < count; i++) {
    const { status } = await limpet.send({ host: hostOf(i), agent });
    if (status !== 200) throw new Error(`${hostOf(i)} answers ${status}`);
  }
  agent.destroy();
}

async function sizeRows(limpet: Limpet): Promise<Row[]> {
  return [["journal, one full push", `${formatCount((await journalLength(limpet)) / 1024)} kB`, ""]];
}

function changeRow(name: string, count: number, { p50, p99, most, cpu }: Propagation): Row {
  const what = `${formatCount(count)} Ingresses: ${name} (p50 / p99 / most; CPU)`;
  const target = count >= 10_000 ? "p99 ≤ 100 ms" : "p99 ≤ 50 ms";
  return [what, `${p50.toFixed(1)} / ${p99.toFixed(1)} / ${most.toFixed(1)} ms; ${cpu.toFixed(1)} ms`, target];
}

function probeRow(what: string, { p50, p999, longest }: Probe, target: string): Row {
  return [
    `${what} (p50 / p99.9 / longest)`,
    `${p50.toFixed(2)} / ${p999.toFixed(2)} / ${longest.toFixed(2)} ms`,
    target,
  ];
}

async function stallRows(limpet: Limpet, flags: Flags, pair: Pair): Promise<Row[]> {
  const kinds = changeKinds(flags.ingresses, pair);
  await separate(limpet);
  const rows = [probeRow("answers of a worker, no changes", await probeQuiet(limpet, flags.seconds), "")];
  for (const kind of kinds) {
    const probe = await probeChanging(limpet, [kind], flags.seconds);
    rows.push(probeRow(`  10 changes/s: ${kind.name}`, probe, "longest ≤ 5 ms"));
  }
  return rows;
}

interface SizeResult {
  readonly rows: readonly Row[];
  readonly changes: ReadonlyMap<string, Propagation>;
}

/** Progress, apart from the table. */
function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function measureSize(count: number, flags: Flags, pair: Pair): Promise<SizeResult> {
  say(`${formatCount(count)} Ingresses, ${formatCount(count * ENDPOINTS_EACH)} endpoints`);
  const rows: Row[] = [];
  const add = (...more: readonly Row[]) => {
    for (const row of more) say(`  ${row.join("  ")}`);
    rows.push(...more);
  };
  const limpet = await prepare(count, pair[0].port);
  try {
    const isWhole = count === flags.ingresses;
    add(...startRows(`${formatCount(count)} Ingresses: cold start`, await startCold(limpet), "≤ 5 s"));
    if (isWhole) {
      add(...(await sizeRows(limpet)));
      add(...(await memoryRows(limpet, "with 0 hosts asked", false)));
      await askEachHost(limpet, count);
      add(...(await memoryRows(limpet, "with every host asked", true)));
    }
    await addSingle(limpet, pair[0]);
    const changes = new Map<string, Propagation>();
    for (const kind of changeKinds(count, pair)) {
      const measured = await measureChanges(limpet, kind, flags.changes);
      changes.set(kind.name, measured);
      add(changeRow(kind.name, count, measured));
    }
    if (isWhole) {
      add(...(await memoryRows(limpet, "after the changes", true)));
      add(...(await stallRows(limpet, flags, pair)));
      add(...startRows("start from the last good snapshot", await startFromSnapshot(limpet), "≤ 1 s"));
    }
    return { rows, changes };
  } finally {
    await end(limpet);
  }
}

function factorRows(smallest: SizeResult, largest: SizeResult): Row[] {
  return [...largest.changes].map(([name, { cpu }]) => {
    const factor = cpu / (smallest.changes.get(name)?.cpu ?? Number.NaN);
    return [`CPU of a change, largest ÷ smallest: ${name}`, factor.toFixed(2), "≤ 2"];
  });
}

async function main(): Promise<void> {
  const flags = readFlags();
  const everywhere = { address: "0.0.0.0" };
  const pair: Pair = [await startEndpoint("first", everywhere), await startEndpoint("second", everywhere)];
  const sizes = [...new Set([100, 1000, flags.ingresses])].filter((size) => size <= flags.ingresses);
  const results: SizeResult[] = [];
  for (const size of sizes) results.push(await measureSize(size, flags, pair));
  const factors = factorRows(results[0] as SizeResult, results.at(-1) as SizeResult);
  const rows = [...results.flatMap((result) => result.rows), ...factors];
  const table = { header: ["what", "measured", "target"], rows };
  console.log(formatTable(table));
  if (flags.write) await writeBlock("scale", formatMarkdown(table));
}

await runMain(main);
