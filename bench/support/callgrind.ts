import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { findProgram } from "./binaries.ts";
import { runProgram } from "./processes.ts";

const OUTPUT = "callgrind.out";

/**
 * What runs a program under callgrind. It counts user instructions alone.
 * @param directory gets the dumps
 */
export function callgrindRunner(directory: string): readonly string[] {
  return [
    findProgram("valgrind"),
    "--tool=callgrind",
    // Code that LuaJIT writes while it runs would otherwise be counted as what stood there before.
    "--smc-check=all-non-file",
    `--callgrind-out-file=${join(directory, OUTPUT)}`,
  ];
}

export interface Dump {
  /** User instructions since the dump before. */
  readonly instructions: number;
  readonly file: string;
}

async function newestDump(directory: string): Promise<string> {
  const numbers = (await readdir(directory))
    .filter((name) => name.startsWith(`${OUTPUT}.`))
    .map((name) => Number(name.slice(OUTPUT.length + 1)));
  if (numbers.length === 0) throw new Error("callgrind wrote no dump");
  return join(directory, `${OUTPUT}.${Math.max(...numbers)}`);
}

/**
 * Has callgrind write what it counted, and begin again at nothing.
 * @param pid the process that `callgrindRunner(directory)` runs
 */
export async function takeDump(pid: number, directory: string): Promise<Dump> {
  await runProgram([findProgram("callgrind_control"), "--dump", `${pid}`]);
  const file = await newestDump(directory);
  const totals = /^(?:totals|summary): (\d+)/m.exec(await readFile(file, "latin1"));
  if (totals === null) throw new Error(`${file} holds no totals`);
  return { instructions: Number(totals[1]), file };
}
