import { basename } from "node:path";
import type { LuaSample, SampleState } from "./lua-samples.ts";
import type { Table } from "./table.ts";

/** Names the function of the TypeScript sources at a line of compiled Lua; undefined where it is none of ours. */
export interface FunctionFinder {
  find(luaFile: string, line: number): string | undefined;
}

/** Work of LuaJIT's own that falls to whichever function happens to run. */
const OWN_WORK: Readonly<Partial<Record<SampleState, string>>> = {
  G: "(the garbage collector)",
  J: "(LuaJIT's compiler)",
};

/** Functions below this share are summed up. */
const LEAST_SHARE = 0.01;

function placeOf({ state, file, line }: LuaSample, functions: FunctionFinder): string {
  const own = OWN_WORK[state];
  if (own !== undefined) return own;
  return functions.find(file, line) ?? foreignPlace(file);
}

/** Code that is not compiled from our sources: what the phases' directives hold, and the libraries. */
function foreignPlace(file: string): string {
  const directive = /^(\w+_by_lua)\(/.exec(file)?.[1];
  if (directive !== undefined) return `(nginx.conf) ${directive}_block`;
  const library = basename(file) === "lualib_bundle.lua" ? "TypeScriptToLua" : "lua-resty-core";
  return `(${library}) ${basename(file)}`;
}

interface Sum {
  samples: number;
  interpreted: number;
}

function sumUp(samples: readonly LuaSample[], functions: FunctionFinder): Map<string, Sum> {
  const sums = new Map<string, Sum>();
  for (const sample of samples) {
    const place = placeOf(sample, functions);
    const sum = sums.get(place) ?? { samples: 0, interpreted: 0 };
    sum.samples += sample.count;
    if (sample.state === "I") sum.interpreted += sample.count;
    sums.set(place, sum);
  }
  return sums;
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`;
}

/** What a worker's samples say, by function: of the time in Lua, the share, and how much of that was not compiled. */
export function luaTable(samples: readonly LuaSample[], functions: FunctionFinder): Table {
  // In C code LuaJIT cannot tell: it is NGINX, before the next function of Lua that happens to begin.
  const inLua = samples.filter(({ state }) => state !== "C");
  const total = inLua.reduce((sum, { count }) => sum + count, 0);
  const sums = [...sumUp(inLua, functions)].sort(([, a], [, b]) => b.samples - a.samples);
  const listed = sums.filter(([, { samples: count }]) => count >= LEAST_SHARE * total);
  const rest = total - listed.reduce((sum, [, { samples: count }]) => sum + count, 0);
  const rows = listed.map(([place, sum]) => [
    place,
    percent(sum.samples, total),
    percent(sum.interpreted, sum.samples),
  ]);
  return {
    header: ["function", `share of ${total} samples`, "of it interpreted"],
    rows: [...rows, ["others, each below 1 %", percent(rest, total), ""]],
  };
}
