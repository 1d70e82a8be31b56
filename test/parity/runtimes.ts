import { Buffer } from "node:buffer";
import { NODE_PATTERNS } from "../../src/control-plane/patterns/node-patterns.ts";
import { NODE_MEMORY, readRing } from "../../src/control-plane/translate/ring.ts";
import { decode, encode, type Plain } from "../../src/snapshot/codec.ts";
import { type Batch, evaluate, type Native } from "./driver.ts";
import type { LuaRuntime } from "./lua-runtime.ts";

export type Case = readonly Plain[];

/** What cases refer to; nothing, where they need nothing. */
export interface Things {
  readonly backends?: readonly string[];
  readonly rings?: readonly string[];
  readonly hosts?: readonly string[];
  readonly slots?: string;
}

/** NGINX's cookie time as Date has it. */
function cookieTimeByDate(seconds: number): string {
  const [, weekday, day, month, year, clock] = /^(\w+), (\d+) (\w+) (\d+) ([\d:]+) GMT$/.exec(
    new Date(Math.max(0, seconds) * 1000).toUTCString(),
  ) as unknown as string[];
  return `${weekday}, ${day}-${month}-${Number(year) > 2037 ? year : year?.slice(-2)} ${clock} GMT`;
}

const node: Native = {
  castRing: (bytes) => readRing(Uint8Array.from(Buffer.from(bytes, "latin1"))),
  memory: NODE_MEMORY,
  cookieTime: cookieTimeByDate,
  patterns: NODE_PATTERNS,
  call: (name) => {
    throw new Error(`Node has no ${name}`);
  },
};

function encodeBatch(cases: readonly Case[], things: Things): string {
  const batch: Batch = { backends: [], rings: [], hosts: [], slots: "", ...things, cases };
  return encode(batch);
}

function answersOf(encoded: string): readonly Plain[] {
  const decoded = decode(encoded);
  if (!decoded.ok) throw new Error(`the driver's answer does not decode: ${decoded.error}`);
  return decoded.value as readonly Plain[];
}

export function inNode(cases: readonly Case[], things: Things = {}): readonly Plain[] {
  return answersOf(evaluate(encodeBatch(cases, things), node));
}

export async function inLua(lua: LuaRuntime, cases: readonly Case[], things: Things = {}): Promise<readonly Plain[]> {
  return answersOf(await lua.evaluate(encodeBatch(cases, things)));
}

export interface Difference {
  readonly asked: Case;
  readonly node: string;
  readonly lua: string;
}

/** The cases about which two lists of answers disagree. */
export function differences(cases: readonly Case[], node: readonly Plain[], lua: readonly Plain[]): Difference[] {
  if (node.length !== cases.length || lua.length !== cases.length) throw new Error("an answer is missing");
  const found: Difference[] = [];
  cases.forEach((asked, i) => {
    const [one, other] = [JSON.stringify(node[i]), JSON.stringify(lua[i])];
    if (one !== other) found.push({ asked, node: one, lua: other });
  });
  return found;
}
