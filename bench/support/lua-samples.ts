import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/**
 * What the worker was at when a sample was taken, in LuaJIT's letters: compiled code (N), interpreted (I), the garbage
 * collector (G), the compiler (J), C code (C).
 */
export type SampleState = "N" | "I" | "G" | "J" | "C";

export interface LuaSample {
  readonly state: SampleState;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly count: number;
}

/** How often the counts are written; seconds. */
const WRITE_INTERVAL = 0.5;

const FILE = "lua-samples";

/**
 * Has a worker count where its Lua is, once a millisecond of CPU time, and write that to a file of its folder.
 * @param config the text of nginx.conf, whose pid file tells the folder
 */
export function withSampler(config: string): { readonly config: string; readonly folder: string } {
  const folder = /^pid "(.*)\/[^/]*";$/m.exec(config)?.[1];
  const start = "limpet.startWorker()";
  if (folder === undefined || !config.includes(start)) throw new Error("nginx.conf is not as it was known");
  return { config: config.replace(start, () => `${start}\n${samplerOf(join(folder, FILE))}`), folder };
}

function samplerOf(file: string): string {
  return `
local profile, counts = require("jit.profile"), {}
profile.start("fi1", function(thread, samples, state)
  local place = state .. " " .. profile.dumpstack(thread, "pl", 1)
  counts[place] = (counts[place] or 0) + samples
end)
ngx.timer.every(${WRITE_INTERVAL}, function()
  local file = assert(io.open("${file}.new", "w"))
  for place, count in pairs(counts) do file:write(count, " ", place, "\\n") end
  file:close()
  os.rename("${file}.new", "${file}")
end)
`;
}

async function readCounts(directory: string): Promise<Map<string, number>> {
  // What was counted just now is written at the next turn of the timer, and one more when that was under way.
  await pause(3000 * WRITE_INTERVAL);
  const lines = (await readFile(join(directory, FILE), "latin1")).trimEnd().split("\n");
  return new Map(
    lines.map((line) => {
      const space = line.indexOf(" ");
      return [line.slice(space + 1), Number(line.slice(0, space))];
    }),
  );
}

function parseSample(place: string, count: number): LuaSample {
  const [, state, file = "", line] = /^([NIGJC]) (.*?)(?::(\d+))?$/.exec(place) ?? [];
  return { state: state as SampleState, file, line: Number(line ?? 0), count };
}

/**
 * What a worker counts while something else is done.
 * @param directory the worker's folder
 */
export async function samplesOf(directory: string, work: () => Promise<unknown>): Promise<readonly LuaSample[]> {
  const before = await readCounts(directory);
  await work();
  const after = await readCounts(directory);
  const samples = [...after].map(([place, count]) => parseSample(place, count - (before.get(place) ?? 0)));
  return samples.filter((sample) => sample.count > 0);
}
