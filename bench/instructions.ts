/**
 * User instructions per request of each proxy, side by side, by callgrind. They say what a request costs without the
 * noise of a shared machine: most repeat to one percent. Where Limpet runs code that is seldom compiled to the same traces
 * (a first request), take the median of several rounds.
 */
import { parseArgs } from "node:util";
import { SUBJECTS } from "./subjects/catalogue.ts";
import type { Subject } from "./subjects/subject.ts";
import { writeBlock } from "./support/docs-block.ts";
import { type EndpointAddress, startEndpoints } from "./support/endpoints.ts";
import { runMain, wholeNumber } from "./support/flags.ts";
import { measureInstructions } from "./support/measure-instructions.ts";
import { median } from "./support/median.ts";
import { profileText } from "./support/profile.ts";
import { readSubjectFlags, SUBJECT_FLAGS, SUBJECT_HELP } from "./support/subject-flags.ts";
import { formatCount, formatMarkdown, formatRatio, formatTable, type Table } from "./support/table.ts";
import { TLS_WORKLOADS, WORKLOADS, type Workload } from "./workload.ts";

const HELP = `Counts user instructions per request. Everything, once, takes three minutes.

${SUBJECT_HELP}
  --requests N       the shorter of the two lengths whose difference is taken (2000)
  --connections N    keep-alive connections of the clients (8)
  --rounds N         measurements of each, each from a fresh start, of which the median is given (1)
  --tls              the cases over TLS instead: ${TLS_WORKLOADS.map(({ name }) => name).join(", ")}
  --together         requests on all connections at the same time, instead of one after another
  --profile          also where the instructions go, by file and by function
  --write            writes the table into docs/performance.md
`;

interface Row {
  readonly case: string;
  readonly subject: string;
  readonly instructionsPerRequest: number;
  readonly rounds: readonly number[];
}

function readFlags() {
  const { values } = parseArgs({
    options: {
      ...SUBJECT_FLAGS,
      requests: { type: "string", default: "2000" },
      connections: { type: "string", default: "8" },
      rounds: { type: "string", default: "1" },
      tls: { type: "boolean", default: false },
      together: { type: "boolean", default: false },
      profile: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
    },
  });
  return {
    ...readSubjectFlags(values, SUBJECTS, values.tls ? TLS_WORKLOADS : WORKLOADS),
    requests: wholeNumber("requests", values.requests, 100),
    connections: wholeNumber("connections", values.connections, 1),
    rounds: wholeNumber("rounds", values.rounds, 1),
    tls: values.tls,
    together: values.together,
    profile: values.profile,
    write: values.write,
  };
}

type Flags = ReturnType<typeof readFlags>;
type Endpoints = readonly EndpointAddress[];

async function measureRow(subject: Subject, workload: Workload, endpoints: Endpoints, flags: Flags): Promise<Row> {
  const rounds: number[] = [];
  for (let round = 0; round < flags.rounds; round++) {
    const count = await measureInstructions(subject, workload, { ...flags, endpoints });
    rounds.push(count.perRequest);
    if (flags.profile) process.stderr.write(`${await profileText(count.dumpFile, count.dumpRequests)}\n\n`);
  }
  return { case: workload.name, subject: subject.name, instructionsPerRequest: median(rounds), rounds };
}

async function measureAll(flags: Flags): Promise<Row[]> {
  const endpoints = (await startEndpoints(flags.endpoints)).addresses;
  const rows: Row[] = [];
  for (const workload of flags.workloads) {
    for (const subject of flags.subjects) {
      process.stderr.write(`${workload.name}: ${subject.title}\n`);
      rows.push(await measureRow(subject, workload, endpoints, flags));
    }
  }
  return rows;
}

function findCount(rows: readonly Row[], subject: string, workload: string): number | undefined {
  return rows.find((row) => row.subject === subject && row.case === workload)?.instructionsPerRequest;
}

function tableOf(rows: readonly Row[]): Table {
  const cells = rows.map(({ case: workload, subject, instructionsPerRequest: count }) => [
    workload,
    subject,
    formatCount(count),
    formatRatio(count, findCount(rows, "nginx-hash", workload)),
    formatRatio(count, findCount(rows, "haproxy", workload)),
  ]);
  return { header: ["case", "subject", "Ir/request", "x nginx-hash", "x haproxy"], rows: cells };
}

async function main(): Promise<void> {
  const flags = readFlags();
  if (flags.help) return void process.stdout.write(HELP);
  const rows = await measureAll(flags);
  const table = tableOf(rows);
  process.stdout.write(`${flags.json ? JSON.stringify(rows, undefined, 2) : formatTable(table)}\n`);
  if (flags.write) await writeBlock(flags.tls ? "tls" : "instructions", formatMarkdown(table));
}

await runMain(main);
