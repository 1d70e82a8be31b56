/**
 * What a large cluster costs: start-up, memory, calls of the API, the spreading of changes. It starts `limpet run` on an
 * emulated API server and prints one table; it asserts nothing.
 *
 *     node bench/cluster.ts [--ingresses 10000] [--changes 100] [--burst 500] [--problems 0]
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startEndpoint, type TestEndpoint } from "../test/support/endpoints.ts";
import type { Limpet } from "../test/support/limpet.ts";
import { ClusterApi } from "./support/cluster-api.ts";
import type { ApiCalls } from "./support/cluster-api-process.ts";
import {
  addSingle,
  measureQuietBurst,
  measureSeen,
  measureUnseen,
  seenChanges,
  unseenChanges,
} from "./support/cluster-changes.ts";
import { STATUS_ADDRESS } from "./support/cluster-objects.ts";
import { writeBlock } from "./support/docs-block.ts";
import { runMain, wholeNumber } from "./support/flags.ts";
import { end, journalLength, prepare, startCold, startsFromSnapshot } from "./support/scale-limpet.ts";
import { ENDPOINTS_EACH } from "./support/scale-objects.ts";
import {
  askEachHost,
  changeRow,
  memoryRows,
  ms,
  probeRow,
  type Row,
  Rows,
  say,
  startRows,
  startsRows,
} from "./support/scale-rows.ts";
import { probeQuietly, reunite, separate } from "./support/scale-stalls.ts";
import { formatCount, formatMarkdown, formatTable } from "./support/table.ts";

interface Flags {
  readonly ingresses: number;
  readonly changes: number;
  readonly burst: number;
  /** Ingresses with which something is wrong. */
  readonly problems: number;
  readonly write: boolean;
}

type Pair = readonly [TestEndpoint, TestEndpoint];

function readFlags(): Flags {
  const text = { type: "string" } as const;
  const write = { type: "boolean", default: false } as const;
  const { values } = parseArgs({ options: { ingresses: text, changes: text, burst: text, problems: text, write } });
  const ingresses = wholeNumber("ingresses", values.ingresses ?? "10000", 100);
  return {
    ingresses,
    changes: wholeNumber("changes", values.changes ?? "100", 1),
    burst: Math.min(ingresses, wholeNumber("burst", values.burst ?? "500", 1)),
    problems: Math.min(ingresses, wholeNumber("problems", values.problems ?? "0", 0)),
    write: values.write,
  };
}

function read(calls: readonly ApiCalls[], resource: string): string {
  const of = (verb: string) => calls.find((call) => call.verb === verb && call.resource === resource);
  const pages = of("list")?.requests ?? 0;
  return `${pages - (of("list")?.continued ?? 0)} / ${pages} / ${of("watch")?.requests ?? 0}`;
}

function callRows(when: string, calls: readonly ApiCalls[]): Row[] {
  const isRead = ({ verb }: ApiCalls) => verb === "list" || verb === "watch";
  const resources = [...new Set(calls.filter(isRead).map(({ resource }) => resource))].sort();
  const others = calls.filter((call) => !isRead(call));
  const written = others.map(({ verb, resource, requests }) => `${requests} × ${verb} ${resource}`);
  return [
    ...resources.map(
      (resource): Row => [`API calls ${when}: ${resource} (lists / pages / watches)`, read(calls, resource), ""],
    ),
    [`API calls ${when}: everything else`, written.join(", ") || "none", ""],
  ];
}

async function sizeRows(limpet: Limpet): Promise<Row[]> {
  return [["journal, one full push", `${formatCount((await journalLength(limpet)) / 1024)} kB`, ""]];
}

async function changeRows(limpet: Limpet, api: ClusterApi, flags: Flags, pair: Pair): Promise<Row[]> {
  await addSingle(limpet, api, pair[0].port);
  const rows: Row[] = [];
  for (const kind of seenChanges(api, pair)) {
    const measured = await measureSeen(limpet, kind, flags.changes);
    rows.push(changeRow(kind.name, flags.ingresses, measured));
    rows.push([`  pushes for ${measured.made} of them`, `${measured.pushes}`, ""]);
  }
  for (const kind of unseenChanges(api, pair[0].port)) {
    const { pushes, cpu } = await measureUnseen(limpet, kind, flags.changes);
    rows.push([`${flags.changes} × ${kind.name} (pushes; CPU each)`, `${pushes}; ${cpu.toFixed(1)} ms`, "0 pushes"]);
  }
  return rows;
}

async function burstRows(limpet: Limpet, api: ClusterApi, { burst }: Flags, pair: Pair): Promise<Row[]> {
  await separate(limpet);
  const quiet = probeRow("answers of a worker, no changes", await probeQuietly(limpet, 4), "");
  const measured = await measureQuietBurst(limpet, api, burst, pair);
  return [
    quiet,
    [`endpoints of ${burst} Services within a second, all live`, ms(measured.whole), ""],
    ["  behind the last change", ms(measured.behind), ""],
    ["  pushes; the controller's CPU for all", `${measured.pushes}; ${ms(measured.cpu)}`, ""],
    probeRow("  answers of the worker meanwhile", measured.probe, "longest ≤ 5 ms"),
  ];
}

async function measure(limpet: Limpet, api: ClusterApi, flags: Flags, pair: Pair): Promise<readonly Row[]> {
  const { ingresses, problems } = flags;
  const rows = new Rows();
  await api.fill({ count: ingresses, port: pair[0].port, problems });
  await api.takeCalls();
  rows.add(...startRows("cold start", await startCold(limpet), "≤ 5 s"));
  rows.add(...callRows("until ready", await api.takeCalls()));
  rows.add(...(await sizeRows(limpet)));
  rows.add(...(await memoryRows(limpet, "with 0 hosts asked", false)));
  await askEachHost(limpet, ingresses);
  rows.add(...(await memoryRows(limpet, "with every host asked", true)));
  rows.add(...(await changeRows(limpet, api, flags, pair)));
  rows.add(...(await memoryRows(limpet, "after the changes", true)));
  rows.add(...callRows("since then", await api.takeCalls()));
  rows.add(...(await burstRows(limpet, api, flags, pair)));
  await reunite();
  const starts = await startsFromSnapshot(limpet, api.supply);
  rows.add(...startsRows("start from the last good snapshot, the API server away", starts, "≤ 1 s"));
  return rows.all;
}

async function main(): Promise<void> {
  const flags = readFlags();
  const everywhere = { address: "0.0.0.0" };
  const pair: Pair = [await startEndpoint("first", everywhere), await startEndpoint("second", everywhere)];
  const folder = await mkdtemp(join(tmpdir(), "limpet-bench-"));
  const api = ClusterApi.start();
  try {
    const kubeconfig = await api.kubeconfig(folder);
    const limpet = await prepare({ kubeconfig, flags: ["--publish-status-address", STATUS_ADDRESS] });
    try {
      say(`${formatCount(flags.ingresses)} Ingresses, ${formatCount(flags.ingresses * ENDPOINTS_EACH)} endpoints`);
      const table = { header: ["what", "measured", "target"], rows: await measure(limpet, api, flags, pair) };
      console.log(formatTable(table));
      if (flags.write) await writeBlock("cluster", formatMarkdown(table));
    } finally {
      await end(limpet);
    }
  } finally {
    await api.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

await runMain(main);
