/**
 * Throughput and CPU time per request of proxies, in pairs: each run of a subject stands beside a run of the reference
 * that came just before or after it, so that what else the machine does hits both. Pairs in which the machine ran for
 * somebody else are taken again. The proxy has a core of its own; clients and endpoints share the others.
 */
import { parseArgs } from "node:util";
import { SUBJECTS } from "./subjects/catalogue.ts";
import type { Subject } from "./subjects/subject.ts";
import { leaveProxyCore, separateCores } from "./support/cores.ts";
import { writeBlock } from "./support/docs-block.ts";
import { startEndpoints } from "./support/endpoints.ts";
import { pickNamed, runMain, UsageError, wholeNumber } from "./support/flags.ts";
import {
  type Contestant,
  startContestant,
  type Throughput,
  type ThroughputOptions,
} from "./support/measure-throughput.ts";
import { median } from "./support/median.ts";
import { quietest, watchStolenTime } from "./support/stolen-time.ts";
import { readSubjectFlags, SUBJECT_FLAGS, SUBJECT_HELP } from "./support/subject-flags.ts";
import { formatCount, formatMarkdown, formatTable, type Table } from "./support/table.ts";
import { TLS_WORKLOADS, WORKLOADS, type Workload } from "./workload.ts";

/** Part of the time of all cores. */
const MOST_STOLEN = 0.01;

/** Pairs that are run for each that is wanted, at most. */
const TRIES = 8;

const HELP = `Measures throughput and CPU time per request, each subject in pairs with a reference.

${SUBJECT_HELP}
  --against NAME     the reference (haproxy)
  --pairs N          pairs of runs in which others had at most ${100 * MOST_STOLEN} % of the machine (5); the
                     quietest ones when there are no more of them among ${TRIES} times as many
  --seconds N        length of a run (2)
  --connections N    connections of the clients (16)
  --tls              the cases over TLS instead: ${TLS_WORKLOADS.map(({ name }) => name).join(", ")}
  --write            writes the table into docs/performance.md
`;

interface Pair {
  readonly subject: Throughput;
  readonly reference: Throughput;
}

interface Row {
  readonly case: string;
  readonly subject: string;
  readonly against: string;
  readonly pairs: readonly Pair[];
  /** The most that others had of the machine during one of the pairs: part of the time of all cores. */
  readonly stolen: number;
}

function readReference(name: string): Subject {
  const [reference] = pickNamed("against", name, SUBJECTS);
  if (reference === undefined) throw new UsageError("--against: name one subject");
  return reference;
}

function readFlags() {
  const { values } = parseArgs({
    options: {
      ...SUBJECT_FLAGS,
      against: { type: "string", default: "haproxy" },
      pairs: { type: "string", default: "5" },
      seconds: { type: "string", default: "2" },
      connections: { type: "string", default: "16" },
      tls: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
    },
  });
  return {
    ...readSubjectFlags(values, SUBJECTS, values.tls ? TLS_WORKLOADS : WORKLOADS),
    reference: readReference(values.against),
    pairs: wholeNumber("pairs", values.pairs, 1),
    seconds: wholeNumber("seconds", values.seconds, 1),
    connections: wholeNumber("connections", values.connections, 1),
    tls: values.tls,
    write: values.write,
  };
}

/** A run of each; who goes first alternates, so that a drift of the machine favours neither. */
async function runPair(subject: Contestant, reference: Contestant, seconds: number, turn: number): Promise<Pair> {
  if (turn % 2 === 0) return { subject: await subject.run(seconds), reference: await reference.run(seconds) };
  const first = await reference.run(seconds);
  return { subject: await subject.run(seconds), reference: first };
}

/** The quietest pairs of those that were run. */
function runPairs(subject: Contestant, reference: Contestant, flags: { pairs: number; seconds: number }) {
  let turn = 0;
  const measure = () => watchStolenTime(() => runPair(subject, reference, flags.seconds, turn++));
  return quietest(measure, { count: flags.pairs, most: TRIES * flags.pairs, stolen: MOST_STOLEN });
}

type Flags = ReturnType<typeof readFlags>;

async function compare(subject: Subject, workload: Workload, flags: Flags, options: ThroughputOptions): Promise<Row> {
  process.stderr.write(`${workload.name}: ${subject.title}\n`);
  const contestant = await startContestant(subject, workload, options);
  const reference = await startContestant(flags.reference, workload, options);
  await runPair(contestant, reference, 1, 0);
  const watched = await runPairs(contestant, reference, flags);
  await contestant.stop();
  await reference.stop();
  const pairs = watched.map(({ value }) => value);
  const stolen = Math.max(...watched.map((pair) => pair.stolen));
  return { case: workload.name, subject: subject.name, against: flags.reference.name, pairs, stolen };
}

/** The median over the pairs, and the extremes. */
function ratioCell(pairs: readonly Pair[], read: (run: Throughput) => number): string {
  const ratios = pairs.map((pair) => read(pair.subject) / read(pair.reference));
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)];
  return `${median(ratios).toFixed(3)} (${least.toFixed(3)} to ${most.toFixed(3)})`;
}

function tableOf(rows: readonly Row[], reference: Subject): Table {
  const header = [
    "case",
    "subject",
    "req/s",
    "CPU µs/req",
    "busy",
    `req/s x ${reference.name}`,
    `CPU x ${reference.name}`,
    "stolen",
  ];
  const cells = rows.map(({ case: workload, subject, pairs, stolen }) => {
    const own = (read: (run: Throughput) => number) => median(pairs.map((pair) => read(pair.subject)));
    return [
      workload,
      subject,
      formatCount(own((run) => run.requestsPerSecond)),
      own((run) => run.microsecondsPerRequest).toFixed(1),
      own((run) => run.busy).toFixed(2),
      ratioCell(pairs, (run) => run.requestsPerSecond),
      ratioCell(pairs, (run) => run.microsecondsPerRequest),
      `${(100 * stolen).toFixed(1)} %`,
    ];
  });
  return { header, rows: cells };
}

function blockOf({ tls, accessLog }: Flags): string {
  if (tls) return "throughput-tls";
  return accessLog ? "throughput-logged" : "throughput";
}

async function main(): Promise<void> {
  const flags = readFlags();
  if (flags.help) return void process.stdout.write(HELP);
  const cores = separateCores();
  await leaveProxyCore();
  const endpoints = (await startEndpoints(flags.endpoints, cores.others)).addresses;
  const rows: Row[] = [];
  for (const workload of flags.workloads) {
    for (const subject of flags.subjects) {
      rows.push(await compare(subject, workload, flags, { ...flags, cores, endpoints }));
    }
  }
  const table = tableOf(rows, flags.reference);
  process.stdout.write(`${flags.json ? JSON.stringify(rows, undefined, 2) : formatTable(table)}\n`);
  if (flags.write) await writeBlock(blockOf(flags), formatMarkdown(table));
}

await runMain(main);
