import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { StateDirectory } from "../state/state-directory.ts";
import { spawnNginx } from "./command.ts";
import {
  answersControl,
  connectControl,
  endNginx,
  isMaster,
  readPidFile,
  removeLeftovers,
  waitUntil,
} from "./running-nginx.ts";

/** How NGINX ended; both null when it was not our child and nobody knows. */
export interface NginxEnding {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** An NGINX master that runs. */
export interface NginxProcess {
  readonly pid: number;
  /** Whether an earlier controller started it. */
  readonly adopted: boolean;
  /** Resolves when it ends. */
  readonly ended: Promise<NginxEnding>;
  /** Stops watching: for an adopted one `ended` never resolves then. */
  readonly unwatch: () => void;
}

/** Milliseconds until NGINX has to listen. */
const START_MS = 30_000;

/** How often it is asked whether it does: nothing is served until that is known. Milliseconds. */
const START_POLL_MS = 5;

/**
 * How often the kernel is asked whether an adopted master lives, milliseconds: when it alone is killed, its workers go
 * on and keep their connection with us.
 */
const ASK_MS = 500;

/** Between attempts to reach an adopted NGINX that lives and does not listen, as while it ends; milliseconds. */
const RECONNECT_MS = 100;

/**
 * Starts NGINX with the state directory's configuration.
 *
 * @returns once it listens
 * @throws Error of one sentence when it ends before, or takes too long
 */
export async function startNginx(binary: string, directory: StateDirectory): Promise<NginxProcess> {
  const child = spawnNginx(binary, directory);
  const ended = endOf(child);
  const ready = async () => isReady(child, directory);
  const inTime = await Promise.race([waitUntil(ready, START_MS, START_POLL_MS), ended]);
  if (inTime === true && child.pid !== undefined) return { pid: child.pid, adopted: false, ended, unwatch: () => {} };
  if (inTime !== false && inTime !== true) throw new Error(`NGINX ended while it started (${describeEnding(inTime)}).`);
  child.kill("SIGKILL");
  await ended;
  await endNginx(child.pid ?? 0, directory, 0);
  removeLeftovers(directory);
  throw new Error(`NGINX did not listen within ${START_MS / 1000} seconds: its messages above may say why.`);
}

function endOf(child: ChildProcess): Promise<NginxEnding> {
  const { promise, resolve } = Promise.withResolvers<NginxEnding>();
  child.once("exit", (code, signal) => resolve({ code, signal }));
  child.once("error", () => resolve({ code: null, signal: null }));
  return promise;
}

/** NGINX writes its number when it listens, and shows its title when it can be told to end. */
async function isReady({ pid, exitCode, signalCode }: ChildProcess, directory: StateDirectory): Promise<boolean> {
  // One that has ended is no longer waited for.
  if (exitCode !== null || signalCode !== null || pid === undefined) return true;
  return readPidFile(directory) === pid && isMaster(pid, directory) && (await answersControl(directory));
}

/** `exit status 1`, `killed by SIGKILL`. */
export function describeEnding({ code, signal }: NginxEnding): string {
  if (signal !== null) return `killed by ${signal}`;
  return code === null ? "how is not known" : `exit status ${code}`;
}

/** Takes on an NGINX that an earlier controller left running. */
export function adoptNginx(pid: number, directory: StateDirectory): NginxProcess {
  const stop = new AbortController();
  const { promise, resolve } = Promise.withResolvers<NginxEnding>();
  watch(pid, directory, stop.signal).then(
    () => resolve({ code: null, signal: null }),
    () => {},
  );
  return { pid, adopted: true, ended: promise, unwatch: () => stop.abort() };
}

/**
 * Returns when a process that is not our child has ended. The kernel says so by closing the connection that its
 * workers hold with us; rejects when aborted.
 */
async function watch(pid: number, directory: StateDirectory, signal: AbortSignal): Promise<void> {
  while (isMaster(pid, directory)) {
    try {
      await holdConnection(pid, directory, signal);
    } catch {
      await delay(RECONNECT_MS, undefined, { signal });
    }
    signal.throwIfAborted();
  }
}

/** Returns when the connection closes or the master has ended; rejects when there is no connection. */
async function holdConnection(pid: number, directory: StateDirectory, signal: AbortSignal): Promise<void> {
  const socket = await connectControl(directory);
  const asking = setInterval(() => {
    if (!isMaster(pid, directory)) socket.destroy();
  }, ASK_MS);
  const abort = () => socket.destroy();
  const closed = once(socket, "close");
  signal.addEventListener("abort", abort);
  if (signal.aborted) abort();
  // Only a connection that has had a request counts as idle and does not hold up a graceful end.
  socket.resume().write("HEAD /state HTTP/1.1\r\nHost: limpet\r\n\r\n");
  try {
    await closed;
  } catch {
    // An error closes it too.
  } finally {
    clearInterval(asking);
    signal.removeEventListener("abort", abort);
  }
}
