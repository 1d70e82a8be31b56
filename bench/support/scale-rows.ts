import { Agent } from "node:http";
import type { Limpet } from "../../test/support/limpet.ts";
import type { Propagation } from "./scale-changes.ts";
import type { Start } from "./scale-limpet.ts";
import { hostOf } from "./scale-objects.ts";
import { readMemory } from "./scale-process.ts";
import type { Probe } from "./scale-stalls.ts";
import { formatCount } from "./table.ts";

export type Row = readonly [what: string, measured: string, target: string];

/** Progress, apart from the table. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Rows that are also said as they come. */
export class Rows {
  readonly all: Row[] = [];

  add(...rows: readonly Row[]): void {
    for (const row of rows) say(`  ${row.join("  ")}`);
    this.all.push(...rows);
  }
}

export function ms(milliseconds: number | undefined): string {
  return milliseconds === undefined
    ? "–"
    : `${milliseconds < 100 ? milliseconds.toFixed(1) : formatCount(milliseconds)} ms`;
}

export function startRows(what: string, start: Start, target: string): Row[] {
  const rows: Row[] = [
    [what, ms(start.ready), target],
    ["  CPU of the controller until then", ms(start.cpu), ""],
    ["  until NGINX listens", ms(start.nginx), ""],
  ];
  if (start.read === undefined) return rows;
  return [
    ...rows,
    ["  until everything is read and translated", ms(start.read), ""],
    ["  first push", ms(start.push), ""],
  ];
}

/** The one in the middle, with the extremes. @param starts from quickest to slowest */
export function startsRows(what: string, starts: readonly Start[], target: string): Row[] {
  const [quickest, slowest] = [starts[0] as Start, starts.at(-1) as Start];
  const middle = starts[starts.length >> 1] as Start;
  const [[name, measured], ...rest] = startRows(what, middle, target) as [Row, ...Row[]];
  return [[name, `${measured} (${ms(quickest.ready)} to ${ms(slowest.ready)})`, target], ...rest];
}

export async function memoryRows(limpet: Limpet, when: string, withTargets: boolean): Promise<Row[]> {
  // A worker that was never asked says nothing of itself.
  await limpet.send({ host: "nobody.test" });
  const pids = [limpet.pid, ...(await limpet.workers())];
  const rows: Row[] = [];
  for (const [i, pid] of pids.entries()) {
    const { resident, proportional, own, most } = await readMemory(pid);
    const what = `memory of ${i === 0 ? "the controller" : `worker ${i - 1}`} ${when} (RSS / Pss / private / most RSS so far)`;
    const target = i === 0 ? "≤ 600 MB" : "≤ 120 MB";
    const measured = [resident, proportional, own, most].map((megabytes) => megabytes.toFixed(0)).join(" / ");
    rows.push([what, `${measured} MB`, withTargets ? target : ""]);
  }
  return rows;
}

export async function askEachHost(limpet: Limpet, count: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let i = 0; i < count; i++) {
    const { status } = await limpet.send({ host: hostOf(i), agent });
    if (status !== 200) throw new Error(`${hostOf(i)} answers ${status}`);
  }
  agent.destroy();
}

export function changeRow(name: string, count: number, { p50, p99, most, cpu }: Propagation): Row {
  const what = `${formatCount(count)} Ingresses: ${name} (p50 / p99 / most; CPU)`;
  const target = count >= 10_000 ? "p99 ≤ 100 ms" : "p99 ≤ 50 ms";
  return [what, `${p50.toFixed(1)} / ${p99.toFixed(1)} / ${most.toFixed(1)} ms; ${cpu.toFixed(1)} ms`, target];
}

export function probeRow(what: string, { p50, p999, longest, worked }: Probe, target: string): Row {
  const times = [p50, p999, longest, worked].map((milliseconds) => milliseconds.toFixed(2));
  return [`${what} (p50 / p99.9 / longest / most that the worker ran for one)`, `${times.join(" / ")} ms`, target];
}
