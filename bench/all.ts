/** User instructions per request in every setting of interest: Limpet, plain NGINX and HAProxy side by side. */
import { parseArgs } from "node:util";
import { haproxy } from "./subjects/haproxy.ts";
import { limpetSession } from "./subjects/limpet.ts";
import { nginxHash } from "./subjects/nginx-hash.ts";
import type { Subject } from "./subjects/subject.ts";
import { writeBlock } from "./support/docs-block.ts";
import { type EndpointAddress, startEndpoints } from "./support/endpoints.ts";
import { runMain, wholeNumber } from "./support/flags.ts";
import { measureInstructions } from "./support/measure-instructions.ts";
import { LOGGED_SETTINGS, PLAIN_NAME, SETTINGS, type Setting } from "./support/settings.ts";
import { formatCount, formatMarkdown, formatRatio, formatTable, type Table } from "./support/table.ts";

const HELP = `Counts user instructions per request in every setting, without access logs and with them.

  --requests N   the shorter of the two lengths whose difference is taken (500)
  --rounds N     measurements of each, each from a fresh start, of which the least is given (1)
  --jobs N       measurements at the same time (1)
  --write        writes both tables into docs/performance.md
  --help         this text

One round of everything takes about ten minutes with one job, and grows with the rounds; more jobs than cores help nobody.
Throughput, latency, profile, propagation and scale have commands of their own: npm run.
`;

const HEADER = ["setting", "case", "NGINX hash", "HAProxy", "Limpet", "x NGINX", "x HAProxy", "x plain setting"];

interface Flags {
  readonly requests: number;
  readonly rounds: number;
  readonly jobs: number;
  readonly write: boolean;
}

interface Line {
  readonly setting: Setting;
  readonly nginx: number;
  readonly haproxy: number;
  readonly limpet: number;
}

function readFlags(): Flags & { readonly help: boolean } {
  const { values } = parseArgs({
    options: {
      requests: { type: "string", default: "500" },
      rounds: { type: "string", default: "1" },
      jobs: { type: "string", default: "1" },
      write: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  return {
    requests: wholeNumber("requests", values.requests, 100),
    rounds: wholeNumber("rounds", values.rounds, 1),
    jobs: wholeNumber("jobs", values.jobs, 1),
    write: values.write,
    help: values.help,
  };
}

type Endpoints = readonly EndpointAddress[];

async function leastOf(subject: Subject, setting: Setting, endpoints: Endpoints, flags: Flags): Promise<number> {
  const counts: number[] = [];
  const options = { ...setting, endpoints: endpoints.slice(0, setting.endpoints) };
  const measure = { ...options, requests: flags.requests, connections: 8, together: false };
  for (let round = 0; round < flags.rounds; round++) {
    counts.push((await measureInstructions(subject, setting.workload, measure)).perRequest);
  }
  const least = Math.min(...counts);
  const logged = setting.accessLog ? ", access log" : "";
  process.stderr.write(`${setting.name}${logged}, ${setting.workload.name}, ${subject.name}: ${formatCount(least)}\n`);
  return least;
}

async function measureLine(setting: Setting, endpoints: Endpoints, flags: Flags): Promise<Line> {
  return {
    setting,
    nginx: await leastOf(nginxHash, setting, endpoints, flags),
    haproxy: await leastOf(haproxy, setting, endpoints, flags),
    limpet: await leastOf(limpetSession, setting, endpoints, flags),
  };
}

/** Measures all settings, several at the same time, and keeps their order. */
async function measureLines(settings: readonly Setting[], endpoints: Endpoints, flags: Flags): Promise<Line[]> {
  const lines: Line[] = [];
  const waiting = settings.entries();
  const work = async () => {
    for (const [index, setting] of waiting) lines[index] = await measureLine(setting, endpoints, flags);
  };
  await Promise.all(Array.from({ length: flags.jobs }, work));
  return lines;
}

function tableOf(lines: readonly Line[]): Table {
  const plain = lines.filter(({ setting }) => setting.name === PLAIN_NAME);
  const cells = lines.map(({ setting, nginx, haproxy, limpet }) => [
    setting.name,
    setting.workload.name,
    formatCount(nginx),
    formatCount(haproxy),
    formatCount(limpet),
    formatRatio(limpet, nginx),
    formatRatio(limpet, haproxy),
    formatRatio(limpet, plain.find((line) => line.setting.workload === setting.workload)?.limpet),
  ]);
  return { header: HEADER, rows: cells };
}

async function main(): Promise<void> {
  const flags = readFlags();
  if (flags.help) return void process.stdout.write(HELP);
  const most = Math.max(...SETTINGS.map((setting) => setting.endpoints));
  const endpoints = (await startEndpoints(most)).addresses;
  const lines = await measureLines([...SETTINGS, ...LOGGED_SETTINGS], endpoints, flags);
  const withoutLog = tableOf(lines.slice(0, SETTINGS.length));
  const withLog = tableOf(lines.slice(SETTINGS.length));
  const title = "User instructions per request, access logs off";
  process.stdout.write(`${title}\n${formatTable(withoutLog)}\n\nAccess logs on\n${formatTable(withLog)}\n`);
  if (!flags.write) return;
  await writeBlock("all", formatMarkdown(withoutLog));
  await writeBlock("all-logged", formatMarkdown(withLog));
}

await runMain(main);
