import { readdirSync } from "node:fs";
import { readOrEmpty } from "./read-or-empty.ts";

/** A process as the kernel shows it (proc(5), /proc/PID/stat). */
export interface ProcessStat {
  readonly pid: number;
  /** The name of its program. */
  readonly name: string;
  /** The process that leads its session. */
  readonly session: number;
  /** Clock ticks since boot: with the number it tells a process from a later one of the same number. */
  readonly startTime: string;
}

/** A process that runs; undefined when there is none of that number, or only what its parent has not collected yet. */
export function readProcess(pid: number): ProcessStat | undefined {
  const text = readOrEmpty(`/proc/${pid}/stat`);
  // The name may hold blanks and parentheses itself.
  const nameEnd = text.lastIndexOf(")");
  const fields = text.slice(nameEnd + 2).split(" ");
  const [state, , , session] = fields;
  const startTime = fields[19];
  if (session === undefined || startTime === undefined || state === "Z" || state === "X") return undefined;
  return { pid, name: text.slice(text.indexOf("(") + 1, nameEnd), session: Number(session), startTime };
}

/** What a process was started with; empty when it is gone. NGINX writes its role there. */
export function readCommandLine(pid: number): string {
  return readOrEmpty(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim();
}

/** The processes of a session, its leader among them. They stay in it when their parent dies. */
export function sessionMembers(session: number): readonly ProcessStat[] {
  const numbers = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const processes = numbers.map((number) => readProcess(Number(number)));
  return processes.filter((process) => process !== undefined && process.session === session) as ProcessStat[];
}
