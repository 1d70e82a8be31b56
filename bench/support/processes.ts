import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

export interface RunningProcess {
  readonly pid: number;
  /** Resolves when the process is gone. */
  readonly exited: Promise<unknown>;
  /** False once it is gone. */
  isRunning(): boolean;
  /** The last of what it wrote, on both streams. */
  output(): string;
  /** SIGTERM, and SIGKILL when that does not end it. Does nothing to a process that is gone. */
  stop(): Promise<void>;
}

const KEPT_OUTPUT = 65536;
const STOP_TIMEOUT_MS = 15_000;

const running = new Set<ChildProcess>();

/** Ends at once what is still running: for an exit that waits for nothing. */
function killAll(): void {
  for (const child of running) child.kill("SIGKILL");
}

process.on("exit", killAll);
for (const [signal, status] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const) {
  process.on(signal, () => process.exit(status));
}

function collectOutput(child: ChildProcess): () => string {
  let kept = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      kept = (kept + chunk.toString()).slice(-KEPT_OUTPUT);
    });
  }
  return () => kept;
}

async function stopChild(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  if (!running.has(child)) return;
  child.kill("SIGTERM");
  const lastResort = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(lastResort);
}

/**
 * Starts a program; it ends with this process at the latest.
 * @param command the program and its arguments
 * @throws Error when the program cannot be started
 */
export async function startProcess(command: readonly string[]): Promise<RunningProcess> {
  const child = spawn(command[0] as string, command.slice(1), { stdio: ["ignore", "pipe", "pipe"] });
  const output = collectOutput(child);
  await once(child, "spawn");
  running.add(child);
  const exited = once(child, "close").then(() => running.delete(child));
  return {
    pid: child.pid as number,
    exited,
    isRunning: () => running.has(child),
    output,
    stop: () => stopChild(child, exited),
  };
}

/** What a program wrote to stdout and to stderr. */
interface Written {
  readonly output: string;
  readonly errors: string;
}

/**
 * Runs a program to its end.
 * @returns what it wrote to stdout
 * @throws Error with what it wrote when its exit status is not 0
 */
export async function runProgram(command: readonly string[]): Promise<string> {
  return (await runProgramBoth(command)).output;
}

/** The same, with what it wrote to stderr as well. */
export async function runProgramBoth(command: readonly string[]): Promise<Written> {
  const child = spawn(command[0] as string, command.slice(1), { stdio: ["ignore", "pipe", "pipe"] });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  await once(child, "spawn");
  running.add(child);
  const [status] = await once(child, "close");
  running.delete(child);
  const written = Buffer.concat(chunks).toString();
  if (status !== 0) throw new Error(`${command.join(" ")} ended with status ${status}: ${errors || written}`);
  return { output: written, errors };
}
