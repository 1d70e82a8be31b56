/**
 * Latency that a proxy adds at half of capacity, with a client that sends at a fixed rate whatever the answers do. All of
 * them get the same rate, half of what the slowest can do, in rounds in which each has its turn, so that what else the
 * machine does hits all. A turn in which the machine ran for somebody else is taken again. The proxy has a core of its
 * own; client and endpoints share the others.
 */
import { parseArgs } from "node:util";
import { SUBJECTS } from "./subjects/catalogue.ts";
import { direct } from "./subjects/direct.ts";
import type { ChangeRoute } from "./subjects/subject.ts";
import { leaveProxyCore, separateCores } from "./support/cores.ts";
import { writeBlock } from "./support/docs-block.ts";
import { startEndpoints } from "./support/endpoints.ts";
import { runMain, wholeNumber } from "./support/flags.ts";
import { type Distribution, type LoadReport, measureLatency, whileChanging } from "./support/measure-latency.ts";
import { type Contestant, startContestant } from "./support/measure-throughput.ts";
import { median } from "./support/median.ts";
import { quietOne, watchStolenTime } from "./support/stolen-time.ts";
import { readSubjectFlags, SUBJECT_FLAGS, SUBJECT_HELP } from "./support/subject-flags.ts";
import { formatCount, formatMarkdown, formatTable, type Table } from "./support/table.ts";
import type { Workload } from "./workload.ts";

/** Part of the time of all cores: a hundredth of a second in a turn, which is as fine as can be seen. */
const MOST_STOLEN = 0.002;

/** The same where only a mean is taken. */
const MOST_STOLEN_OF_CAPACITY = 0.01;

/** Turns that are run for each that is wanted, at most. */
const TRIES = 8;

const HELP = `Measures latency at half of the smallest capacity, against a client without a proxy. Milliseconds.

${SUBJECT_HELP}
  --rounds N         rounds in which each has its turn (21); a turn in which others had more than ${100 * MOST_STOLEN} % of the
                     machine is taken again, up to ${TRIES} times, and the quietest counts
  --milliseconds N   length of a turn (400); short, as a stall of the machine shall spoil few of them
  --connections N    keep-alive connections of the client (32)
  --rate N           requests per second, instead of half of the smallest capacity
  --changes          also while ten routes a second are changed, where that needs no reload
  --write            writes the table into docs/performance.md

--subjects and --case have other defaults here: nginx-hash,haproxy,limpet-session and stick-persistent.
It takes (subjects + 1) x rounds x 1.2 seconds, and twice as long with changes: two minutes when nothing else is asked for and the machine is quiet.
`;

function readFlags() {
  const { values } = parseArgs({
    options: {
      ...SUBJECT_FLAGS,
      subjects: { type: "string", default: "nginx-hash,haproxy,limpet-session" },
      case: { type: "string", default: "stick-persistent" },
      rounds: { type: "string", default: "21" },
      milliseconds: { type: "string", default: "400" },
      connections: { type: "string", default: "32" },
      rate: { type: "string" },
      changes: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
    },
  });
  return {
    ...readSubjectFlags(values, SUBJECTS),
    rounds: wholeNumber("rounds", values.rounds, 1),
    seconds: wholeNumber("milliseconds", values.milliseconds, 100) / 1000,
    connections: wholeNumber("connections", values.connections, 1),
    rate: values.rate === undefined ? undefined : wholeNumber("rate", values.rate, 1),
    changes: values.changes,
    write: values.write,
  };
}

/** Somebody whose turn comes in every round. */
interface Turn {
  readonly name: string;
  readonly contestant: Contestant;
  /** Requests per second that it can do. */
  readonly capacity: number;
  /** What is done meanwhile, ten times a second. */
  readonly change: ChangeRoute | undefined;
  /** Which turn shows the same client, with the same going on, without a proxy; its own place where it is that one. */
  readonly base: number;
}

interface Row {
  readonly case: string;
  readonly rate: number;
  readonly name: string;
  readonly capacity: number;
  readonly reports: readonly Report[];
  /** Of the client without a proxy. */
  readonly base: readonly Report[];
}

/** What a client saw, and what others had of the machine meanwhile: part of the time of all cores. */
interface Report extends LoadReport {
  readonly stolen: number;
}

type Flags = ReturnType<typeof readFlags>;
type Environment = Pick<Parameters<typeof startContestant>[2], "cores" | "endpoints">;

const CAPACITY_SECONDS = 3;

async function capacityOf(contestant: Contestant): Promise<number> {
  await contestant.run(1);
  const run = () => watchStolenTime(() => contestant.run(CAPACITY_SECONDS));
  const { value } = await quietOne(run, { most: TRIES, stolen: MOST_STOLEN_OF_CAPACITY });
  const { requestsPerSecond, busy } = value;
  const load = contestant.subject === direct ? "" : `, its core ${formatCount(100 * busy)} % busy`;
  process.stderr.write(`  ${contestant.subject.name}: at most ${formatCount(requestsPerSecond)} requests/s${load}\n`);
  return requestsPerSecond;
}

/** Changes come from a process that shares the client's core, so that they are felt without a proxy, too. */
async function startTurns(workload: Workload, flags: Flags, environment: Environment): Promise<Turn[]> {
  const turns: Turn[] = [];
  for (const subject of [direct, ...flags.subjects]) {
    const contestant = await startContestant(subject, workload, { ...flags, ...environment });
    const { changeRoute: change } = contestant.running;
    const turn = { contestant, capacity: await capacityOf(contestant) };
    turns.push({ ...turn, name: subject.name, change: undefined, base: 0 });
    if (!flags.changes || change === undefined) continue;
    const base = turns.length;
    turns.push({ ...(turns[0] as Turn), name: `direct, 10 changes/s of ${subject.name}`, change, base });
    turns.push({ ...turn, name: `${subject.name}, 10 changes/s`, change, base });
  }
  return turns;
}

async function measureCase(workload: Workload, flags: Flags, environment: Environment): Promise<Row[]> {
  process.stderr.write(`${workload.name}\n`);
  const turns = await startTurns(workload, flags, environment);
  const rate = flags.rate ?? Math.floor(Math.min(...turns.map((turn) => turn.capacity)) / 2);
  const rounds: Report[][] = [];
  for (let round = 0; round < flags.rounds; round++) {
    process.stderr.write(`  round ${round + 1} of ${flags.rounds}, ${formatCount(rate)} requests/s\n`);
    rounds.push(await runRound(turns, round, { ...flags, ...environment, rate }));
  }
  for (const contestant of new Set(turns.map((turn) => turn.contestant))) await contestant.stop();
  return turns.map(({ name, capacity, base }, at) => {
    const reportsOf = (turn: number) => rounds.map((reports) => reports[turn] as Report);
    const reports = reportsOf(at);
    return { case: workload.name, rate, name, capacity, reports, base: base === at ? reports : reportsOf(base) };
  });
}

/** One turn of each; who begins changes from round to round. Gives the reports in the order of the turns. */
async function runRound(turns: readonly Turn[], round: number, options: Parameters<typeof measureLatency>[1]) {
  const reports: Report[] = [];
  for (let i = 0; i < turns.length; i++) {
    const at = (i + round) % turns.length;
    reports[at] = await runTurn(turns[at] as Turn, options);
  }
  return reports;
}

/** The first quiet one, or the quietest of several. */
async function runTurn({ contestant, change }: Turn, options: Parameters<typeof measureLatency>[1]): Promise<Report> {
  const measure = () => measureLatency(contestant, options);
  const run = () => watchStolenTime(change === undefined ? measure : () => whileChanging(change, measure));
  const { value, stolen } = await quietOne(run, { most: TRIES, stolen: MOST_STOLEN });
  return { ...value, stolen };
}

/** A percentile in the middle of the rounds; milliseconds. */
function middle(reports: readonly Report[], read: (latency: Distribution) => number): number {
  return median(reports.map((report) => read(report.latency)));
}

/** Where one request in a hundred took longer than this, and the median of a client without a proxy did not, a turn has met a stall; milliseconds more. */
const STALL = 1;

/** Turns that met one. A machine that has stalls shows as many without a proxy. */
function stalls({ reports, base }: Row): string {
  const most = middle(base, ({ p99 }) => p99) + STALL;
  return `${reports.filter(({ latency }) => latency.p99 > most).length} of ${reports.length}`;
}

const HEADER = ["subject", "capacity", "p50", "p99", "p99.9", "added p50", "added p99", "added p99.9", "stalled turns"];

function cellsOf(row: Row): string[] {
  const percentiles = [
    (latency: Distribution) => latency.p50,
    (latency: Distribution) => latency.p99,
    (latency: Distribution) => latency.p999,
  ];
  // Not the median of the differences, round by round: a stall of either would be in it.
  const added = percentiles.map((read) => middle(row.reports, read) - middle(row.base, read));
  return [
    row.name,
    formatCount(row.capacity),
    ...percentiles.map((read) => middle(row.reports, read).toFixed(2)),
    ...added.map((milliseconds) => (row.reports === row.base ? "–" : milliseconds.toFixed(2))),
    stalls(row),
  ];
}

function tableOf(rows: readonly Row[]): Table {
  return {
    header: ["case", "req/s", ...HEADER],
    rows: rows.map((row) => [row.case, formatCount(row.rate), ...cellsOf(row)]),
  };
}

/** A client that is later than this measures who else uses the machine; milliseconds, p99. */
const MOST_LATENESS = 0.5;

/** How far the client can be trusted: the median of its own delays, and the worst. */
function latenessText(rows: readonly Row[]): string {
  const lateness = rows.flatMap(({ reports }) => reports.map((report) => report.lateness));
  const of = (read: (one: Distribution) => number) => median(lateness.map(read)).toFixed(2);
  const longest = Math.max(...lateness.map((one) => one.longest)).toFixed(2);
  const [p50, p99, p999] = [of((one) => one.p50), of((one) => one.p99), of((one) => one.p999)];
  const own = `The client itself was late by ${p50} (p50), ${p99} (p99), ${p999} (p99.9), ${longest} ms (most)`;
  const verdict = "the machine was busy with something else, and these figures say nothing of a proxy";
  const stolen = Math.max(...rows.flatMap(({ reports }) => reports.map((report) => report.stolen)));
  const others = `Others had at most ${(100 * stolen).toFixed(1)} % of the machine during a turn`;
  return `${own}; ${Number(p99) > MOST_LATENESS ? verdict : "that is in the figures"}. ${others}.`;
}

async function main(): Promise<void> {
  const flags = readFlags();
  if (flags.help) return void process.stdout.write(HELP);
  const cores = separateCores();
  await leaveProxyCore();
  const endpoints = (await startEndpoints(flags.endpoints, cores.others)).addresses;
  const rows: Row[] = [];
  for (const workload of flags.workloads) rows.push(...(await measureCase(workload, flags, { cores, endpoints })));
  const [table, lateness] = [tableOf(rows), latenessText(rows)];
  process.stdout.write(flags.json ? `${JSON.stringify(rows, undefined, 2)}\n` : `${formatTable(table)}\n${lateness}\n`);
  if (flags.write) await writeBlock("latency", `${formatMarkdown(table)}\n\nMilliseconds. ${lateness}`);
}

await runMain(main);
