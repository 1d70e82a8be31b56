/**
 * What many Ingresses cost: start-up, memory, the spreading of changes, stalls of a worker. It starts `limpet run` on a
 * folder of manifests and prints one table; it asserts nothing.
 *
 *     node bench/scale.ts [--ingresses 10000] [--changes 100] [--seconds 20] [--write]
 */
import { parseArgs } from "node:util";
import { startEndpoint, type TestEndpoint } from "../test/support/endpoints.ts";
import type { Limpet } from "../test/support/limpet.ts";
import { writeBlock } from "./support/docs-block.ts";
import { runMain, wholeNumber } from "./support/flags.ts";
import { addSingle, changeKinds, measureChanges, type Propagation } from "./support/scale-changes.ts";
import { end, folderOf, journalLength, prepareFolder, startCold, startsFromSnapshot } from "./support/scale-limpet.ts";
import { ENDPOINTS_EACH } from "./support/scale-objects.ts";
import {
  askEachHost,
  changeRow,
  memoryRows,
  probeRow,
  type Row,
  Rows,
  say,
  startRows,
  startsRows,
} from "./support/scale-rows.ts";
import { probeChanging, probeQuietly, reunite, separate } from "./support/scale-stalls.ts";
import { formatCount, formatMarkdown, formatTable } from "./support/table.ts";

interface Flags {
  readonly ingresses: number;
  readonly changes: number;
  readonly seconds: number;
  readonly write: boolean;
}

type Pair = readonly [TestEndpoint, TestEndpoint];

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

async function sizeRows(limpet: Limpet): Promise<Row[]> {
  return [["journal, one full push", `${formatCount((await journalLength(limpet)) / 1024)} kB`, ""]];
}

async function stallRows(limpet: Limpet, flags: Flags, pair: Pair): Promise<Row[]> {
  const kinds = changeKinds(flags.ingresses, pair);
  await separate(limpet);
  const rows = [probeRow("answers of a worker, no changes", await probeQuietly(limpet, flags.seconds), "")];
  for (const kind of kinds) {
    const changing = await probeChanging(limpet, [kind], flags.seconds);
    rows.push(probeRow(`  10 changes/s: ${kind.name}`, changing, "longest ≤ 5 ms"));
  }
  return rows;
}

interface SizeResult {
  readonly rows: readonly Row[];
  readonly changes: ReadonlyMap<string, Propagation>;
}

async function measureSize(count: number, flags: Flags, pair: Pair): Promise<SizeResult> {
  say(`${formatCount(count)} Ingresses, ${formatCount(count * ENDPOINTS_EACH)} endpoints`);
  const rows = new Rows();
  const limpet = await prepareFolder(count, pair[0].port);
  try {
    const isWhole = count === flags.ingresses;
    rows.add(...startRows(`${formatCount(count)} Ingresses: cold start`, await startCold(limpet), "≤ 5 s"));
    if (isWhole) {
      rows.add(...(await sizeRows(limpet)));
      rows.add(...(await memoryRows(limpet, "with 0 hosts asked", false)));
      await askEachHost(limpet, count);
      rows.add(...(await memoryRows(limpet, "with every host asked", true)));
    }
    await addSingle(limpet, pair[0]);
    const changes = new Map<string, Propagation>();
    for (const kind of changeKinds(count, pair)) {
      const measured = await measureChanges(limpet, kind, flags.changes);
      changes.set(kind.name, measured);
      rows.add(changeRow(kind.name, count, measured));
    }
    if (isWhole) {
      rows.add(...(await memoryRows(limpet, "after the changes", true)));
      rows.add(...(await stallRows(limpet, flags, pair)));
      await reunite();
      const starts = await startsFromSnapshot(limpet, folderOf(limpet));
      rows.add(...startsRows("start from the last good snapshot", starts, "≤ 1 s"));
    }
    return { rows: rows.all, changes };
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
