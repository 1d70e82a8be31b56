import { readFileSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { readCommandLine, readProcess, sessionMembers } from "../state/process-stat.ts";
import type { StateDirectory } from "../state/state-directory.ts";

/** How often the kernel is asked where it tells nothing by itself; milliseconds. */
const POLL_MS = 20;

/** What NGINX gets to close its connections by itself when the grace period is over; milliseconds. */
const CLOSING_MS = 300;

/** What the processes after a SIGTERM, and after a SIGKILL, get to end; milliseconds. */
const TERMINATION_MS = 2_000;

/** The number in the pid file; undefined when there is none. */
export function readPidFile({ pidFile }: StateDirectory): number | undefined {
  try {
    const pid = Number(readFileSync(pidFile, "latin1").trim());
    return Number.isSafeInteger(pid) && pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a process is the NGINX master of this state directory: it shows the file it was started with. */
export function isMaster(pid: number, { configFile }: StateDirectory): boolean {
  const title = readCommandLine(pid);
  return readProcess(pid) !== undefined && title.startsWith("nginx: master process ") && hasArgument(title, configFile);
}

function hasArgument(title: string, argument: string): boolean {
  return `${title} `.includes(` -c ${argument} `);
}

/** NGINX's processes that are left of a master: itself while it lives, and workers, which stay in its session. */
export function nginxProcesses(master: number, directory: StateDirectory): readonly number[] {
  const leader = readProcess(master);
  // The number of a session is not given out again while it has members: another leader means that ours has none.
  if (leader !== undefined && !isMaster(master, directory)) return [];
  return sessionMembers(master)
    .filter((member) => member.pid === master || readCommandLine(member.pid).startsWith("nginx: "))
    .map((member) => member.pid);
}

/** An idle connection to the control socket; rejects when nobody accepts it. */
export function connectControl({ controlSocket }: StateDirectory): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connect(controlSocket);
  socket.once("error", reject);
  socket.once("connect", () => {
    socket.off("error", reject);
    resolve(socket);
  });
  return promise;
}

/** Whether NGINX answers on the control socket. */
export async function answersControl(directory: StateDirectory): Promise<boolean> {
  try {
    (await connectControl(directory)).destroy();
    return true;
  } catch {
    return false;
  }
}

export function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It has ended meanwhile.
    }
  }
}

/**
 * Waits until a condition holds.
 *
 * @param pollMs how often it is asked
 * @returns whether it did before the milliseconds were over
 */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  milliseconds: number,
  pollMs = POLL_MS,
): Promise<boolean> {
  const end = performance.now() + milliseconds;
  while (!(await condition())) {
    if (performance.now() >= end) return false;
    await delay(pollMs);
  }
  return true;
}

/**
 * Ends NGINX: running requests may finish within the grace period, then it is told to end, then killed. Afterwards
 * none of its processes is left; a killed one leaves its files (`removeLeftovers`).
 *
 * @param graceMs milliseconds
 */
export async function endNginx(master: number, directory: StateDirectory, graceMs: number): Promise<void> {
  const left = () => nginxProcesses(master, directory);
  const gone = () => left().length === 0;
  // Workers without their master have to be told themselves.
  signal(isMaster(master, directory) ? [master] : left(), "SIGQUIT");
  if (!(await waitUntil(gone, graceMs + CLOSING_MS))) {
    signal(left(), "SIGTERM");
    if (!(await waitUntil(gone, TERMINATION_MS))) signal(left(), "SIGKILL");
    await waitUntil(gone, TERMINATION_MS);
  }
}

/** Removes what a killed NGINX leaves behind: it would refuse to listen on a socket's path that is taken. */
export function removeLeftovers({ controlSocket, pidFile }: StateDirectory): void {
  rmSync(controlSocket, { force: true });
  rmSync(pidFile, { force: true });
}

/** Whether a process of an NGINX of an earlier run is left, the master or a worker. */
export function isAnyLeft(directory: StateDirectory): boolean {
  const master = readPidFile(directory);
  return master !== undefined && nginxProcesses(master, directory).length > 0;
}
