import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { groupOf, NO_SYMBOL } from "./profile-groups.ts";
import { formatCount, formatTable, type Table } from "./table.ts";

interface Costs {
  /** Instructions of a function itself, by the name of its file and its own. */
  readonly functions: Map<string, number>;
  readonly objects: Map<string, number>;
  /** By what they do. */
  readonly groups: Map<string, number>;
}

/** Names in a dump are written once, as `(7) name`, and then called `(7)`. */
class NameTable {
  readonly #names = new Map<string, string>();

  read(text: string): string {
    const match = /^(\(\d+\))(?: (.*))?$/.exec(text);
    if (match === null) return text;
    const [, id = "", name] = match;
    if (name !== undefined) this.#names.set(id, name);
    return this.#names.get(id) ?? "???";
  }
}

function add(sums: Map<string, number>, name: string, cost: number): void {
  sums.set(name, (sums.get(name) ?? 0) + cost);
}

/**
 * Adds up what each function spent itself. callgrind_annotate cannot: it counts the calls that were under way when an
 * earlier dump was taken as the caller's own cost.
 */
function readCosts(dump: string): Costs {
  const costs: Costs = { functions: new Map(), objects: new Map(), groups: new Map() };
  const names = { ob: new NameTable(), fn: new NameTable() };
  let object = "???";
  let name = "???";
  let isCall = false;
  for (const line of dump.split("\n")) {
    const [, key = "", value = ""] = /^(c?ob|c?fn|calls)=(.*)$/.exec(line) ?? [];
    if (key === "ob") object = names.ob.read(value);
    else if (key === "fn") name = names.fn.read(value);
    else if (key === "cob") names.ob.read(value);
    else if (key === "cfn") names.fn.read(value);
    else if (key === "calls") isCall = true;
    else if (/^[+\-*\d]/.test(line)) {
      if (!isCall) addCost(costs, object, name, Number(line.split(" ")[1] ?? 0));
      isCall = false;
    }
  }
  return costs;
}

function addCost(costs: Costs, object: string, name: string, cost: number): void {
  const file = objectName(object);
  add(costs.objects, file, cost);
  // Code without symbols is of use by its file alone.
  const symbol = name.startsWith("0x") ? NO_SYMBOL : name.replace(/'\d+$/, "");
  add(costs.functions, `${file}  ${symbol}`, cost);
  add(costs.groups, groupOf(file, symbol), cost);
}

/** Machine code that belongs to no file is what LuaJIT compiled. */
function objectName(object: string): string {
  return object === "???" || object === "" ? "compiled traces" : basename(object);
}

function topOf(sums: Map<string, number>, requests: number, count: number): readonly (readonly string[])[] {
  const total = [...sums.values()].reduce((sum, cost) => sum + cost, 0);
  return [...sums]
    .sort(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([name, cost]) => [name, formatCount(cost / requests), `${((100 * cost) / total).toFixed(1)} %`]);
}

/**
 * Where the instructions of a request go, by file and by function, as two tables.
 * @param file a dump of callgrind
 * @param requests how many requests it covers
 */
export async function profileText(file: string, requests: number): Promise<string> {
  const costs = readCosts(await readFile(file, "latin1"));
  const byObject = formatTable({
    header: ["file", "Ir/request", "share"],
    rows: topOf(costs.objects, requests, 12),
  });
  const byFunction = formatTable({
    header: ["file  function", "Ir/request", "share"],
    rows: topOf(costs.functions, requests, 50),
  });
  return `${byObject}\n\n${byFunction}`;
}

/**
 * Where the instructions of a request go, by what is done.
 * @param file a dump of callgrind
 * @param requests how many requests it covers
 */
export async function groupTable(file: string, requests: number): Promise<Table> {
  const { groups } = readCosts(await readFile(file, "latin1"));
  return { header: ["what is done", "Ir/request", "share"], rows: topOf(groups, requests, groups.size) };
}
