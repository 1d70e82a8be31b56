/**
 * Keeps requests from becoming dearer unnoticed: user instructions per request of the three main cases, and of a stick
 * with the access log on, against a recorded baseline. LuaJIT compiles other traces at each start (its seeds are random:
 * an address space that is not changes nothing), so single rounds lie 3 to 12 % apart, and now and then one of a first request is 9 % cheaper than all
 * others. So medians are compared: of 7 rounds, and of up to 13 while the median is above the limit. Drawn again and again
 * from twenty measured rounds of each case, that refuses one in a thousand runs in which nothing changed, and only where
 * the baseline itself was unlucky; it finds a request that is 5 % dearer in 99 of 100 runs (95 of a first request), one
 * that is 4 % dearer in 9 of 10.
 */
import { parseArgs } from "node:util";
import { limpetSession } from "./subjects/limpet.ts";
import { type Baseline, readBaseline, writeBaseline } from "./support/baseline.ts";
import { type EndpointAddress, startEndpoints } from "./support/endpoints.ts";
import { pickNamed, runMain } from "./support/flags.ts";
import { nginxVersion } from "./support/machine.ts";
import { measureInstructions } from "./support/measure-instructions.ts";
import { median } from "./support/median.ts";
import { settledRounds } from "./support/settled-rounds.ts";
import { formatCount, formatRatio, formatTable } from "./support/table.ts";
import { WORKLOADS, type Workload } from "./workload.ts";

const HELP = `Compares the instructions of a request with bench/baseline.json; fails above + 3 %.

  --record   writes what is measured as the new baseline, from 13 rounds of each case
  --help     this text

It takes six minutes, at most twelve where a request has become dearer; thirteen to record.
`;

interface Case {
  readonly name: string;
  readonly workload: Workload;
  readonly accessLog: boolean;
}

function casesOf(names: string, accessLog: boolean): readonly Case[] {
  return pickNamed("case", names, WORKLOADS).map((workload) => {
    return { name: accessLog ? `${workload.name}-logged` : workload.name, workload, accessLog };
  });
}

const CASES = [...casesOf("stick-persistent,assign,no-affinity", false), ...casesOf("stick-persistent", true)];
const ALLOWED = 1.03;
const ROUNDS = { least: 7, most: 13 };
const RECORDED_ROUNDS = { least: 13, most: 13 };
// So many that LuaJIT has compiled what it will: with 400 the search for traces was a tenth of what was measured.
const MEASURE = { routes: 1, requests: 2000, connections: 8, together: false } as const;
const SITUATION = { body: "small", request: "browser" } as const;

type Endpoints = readonly EndpointAddress[];

interface Row {
  readonly case: string;
  readonly baseline: number | undefined;
  readonly measured: number;
}

async function measureRow(it: Case, endpoints: Endpoints, baseline: number | undefined): Promise<Row> {
  const { name, workload, accessLog } = it;
  const options = { ...MEASURE, ...SITUATION, accessLog, endpoints };
  const measure = async () => (await measureInstructions(limpetSession, workload, options)).perRequest;
  const limit = baseline === undefined ? Number.POSITIVE_INFINITY : baseline * ALLOWED;
  const rounds = await settledRounds(measure, limit, baseline === undefined ? RECORDED_ROUNDS : ROUNDS);
  process.stderr.write(`${name}: ${rounds.map(formatCount).join(" ")}\n`);
  return { case: name, baseline, measured: median(rounds) };
}

async function measureRows(baseline: Baseline | undefined): Promise<Row[]> {
  const endpoints = (await startEndpoints(4)).addresses;
  const rows: Row[] = [];
  for (const it of CASES) rows.push(await measureRow(it, endpoints, baseline?.cases[it.name]));
  return rows;
}

function tableOf(rows: readonly Row[]): string {
  const cells = rows.map(({ case: name, baseline, measured }) => [
    name,
    baseline === undefined ? "–" : formatCount(baseline),
    formatCount(measured),
    formatRatio(measured, baseline),
  ]);
  return formatTable({ header: ["case", "baseline", "measured", "ratio"], rows: cells });
}

async function record(): Promise<void> {
  const rows = await measureRows(undefined);
  const cases = Object.fromEntries(rows.map((row) => [row.case, Math.round(row.measured)]));
  await writeBaseline({ nginx: `nginx/${await nginxVersion()}`, cases });
  process.stdout.write(`${tableOf(rows)}\n`);
}

function failureText(dearer: readonly Row[], recorded: string, present: string): string {
  const names = dearer.map((row) => row.case).join(", ");
  const version = recorded === present ? "" : ` The baseline is of ${recorded}, this is ${present}.`;
  const remedy = "find what made it so with: npm run bench -- --subjects limpet-session --profile";
  return `dearer than the baseline by more than 3 %: ${names}; ${remedy}, or record it when it is meant.${version}`;
}

async function compare(): Promise<void> {
  const baseline = await readBaseline();
  const rows = await measureRows(baseline);
  process.stdout.write(`${tableOf(rows)}\n`);
  const unknown = rows.filter((row) => row.baseline === undefined);
  if (unknown.length > 0) throw new Error(`the baseline lacks ${unknown.map((row) => row.case).join(", ")}`);
  const dearer = rows.filter((row) => row.measured > ALLOWED * (row.baseline ?? 0));
  if (dearer.length > 0) throw new Error(failureText(dearer, baseline.nginx, `nginx/${await nginxVersion()}`));
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { record: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
  });
  if (values.help) return void process.stdout.write(HELP);
  await (values.record ? record() : compare());
}

await runMain(main);
