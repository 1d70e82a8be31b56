/**
 * Where the work on a stick goes: its instructions by what they do (callgrind), and our Lua by function (LuaJIT's own
 * sampling profiler in a worker under load, mapped back to the TypeScript that it was compiled from).
 */
import { parseArgs } from "node:util";
import { editedLimpet, limpetSession } from "./subjects/limpet.ts";
import { compileLua } from "./support/compile-lua.ts";
import { separateCores } from "./support/cores.ts";
import { writeBlock } from "./support/docs-block.ts";
import { type EndpointAddress, startEndpoints } from "./support/endpoints.ts";
import { runMain, wholeNumber } from "./support/flags.ts";
import { luaTable } from "./support/lua-profile.ts";
import { type LuaSample, samplesOf, withSampler } from "./support/lua-samples.ts";
import { measureInstructions } from "./support/measure-instructions.ts";
import { startContestant } from "./support/measure-throughput.ts";
import { groupTable } from "./support/profile.ts";
import { SourceFunctions } from "./support/source-function.ts";
import { readSubjectFlags, SUBJECT_FLAGS } from "./support/subject-flags.ts";
import { formatCount, formatMarkdown, formatTable, type Table } from "./support/table.ts";
import type { Workload } from "./workload.ts";

const HELP = `Profiles Limpet: instructions by what they do, and the samples of our Lua by function.

  --case NAME        what the clients do (stick-persistent)
  --endpoints N      endpoints of the Backend (4)
  --routes N         hosts with one Route each, of which the clients ask for one (1)
  --seconds N        length of the sampling (60)
  --write            writes both tables into docs/performance.md
  --help             this text

It takes the sampling and half a minute. The kernel takes a sample every 4 ms at best, and one in ten falls into Lua:
a minute gives some hundreds.
`;

function readFlags() {
  const { values } = parseArgs({
    options: {
      ...SUBJECT_FLAGS,
      case: { type: "string", default: "stick-persistent" },
      seconds: { type: "string", default: "60" },
      write: { type: "boolean", default: false },
    },
  });
  const seconds = wholeNumber("seconds", values.seconds, 1);
  return { ...readSubjectFlags(values, [limpetSession]), seconds, write: values.write };
}

type Flags = ReturnType<typeof readFlags>;
type Endpoints = readonly EndpointAddress[];

const COUNTED = { requests: 2000, connections: 8, together: false } as const;
const LOAD_CONNECTIONS = 16;

async function countInstructions(workload: Workload, endpoints: Endpoints, flags: Flags): Promise<Table> {
  const count = await measureInstructions(limpetSession, workload, { ...flags, ...COUNTED, endpoints });
  process.stderr.write(`${workload.name}: ${formatCount(count.perRequest)} instructions per request\n`);
  return groupTable(count.dumpFile, count.dumpRequests);
}

async function sampleLua(workload: Workload, endpoints: Endpoints, flags: Flags): Promise<readonly LuaSample[]> {
  const options = { ...flags, cores: separateCores(), connections: LOAD_CONNECTIONS, endpoints };
  let folder = "";
  const sampled = editedLimpet((config) => {
    const edited = withSampler(config);
    folder = edited.folder;
    return edited.config;
  });
  const contestant = await startContestant(sampled, workload, options);
  // Compiled and settled before it counts.
  await contestant.run(3);
  const samples = await samplesOf(folder, () => contestant.run(flags.seconds));
  await contestant.stop();
  return samples;
}

async function main(): Promise<void> {
  const flags = readFlags();
  if (flags.help) return void process.stdout.write(HELP);
  const [workload] = flags.workloads;
  if (workload === undefined) return;
  const endpoints = (await startEndpoints(flags.endpoints)).addresses;
  const groups = await countInstructions(workload, endpoints, flags);
  const functions = new SourceFunctions(await compileLua());
  const lua = luaTable(await sampleLua(workload, endpoints, flags), functions);
  process.stdout.write(`${formatTable(groups)}\n\n${formatTable(lua)}\n`);
  if (!flags.write) return;
  await writeBlock("profile", formatMarkdown(groups));
  await writeBlock("profile-lua", formatMarkdown(lua));
}

await runMain(main);
