// @ts-check
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** @typedef {{ status: number | null, signal: NodeJS.Signals | null }} Ending */

/** @type {readonly NodeJS.Signals[]} */
const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];

/** Signals that a terminal sends to all of its foreground processes by itself. */
const FROM_TERMINAL = new Set(["SIGINT", "SIGQUIT"]);

/**
 * Whether Ctrl-C reaches our children without us: we are in the foreground of a terminal (proc(5), stat).
 *
 * @returns {boolean}
 */
function inForeground() {
  try {
    const stat = readFileSync("/proc/self/stat", "utf8");
    const [, , group, , terminal, foreground] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return terminal !== "0" && group === foreground;
  } catch {
    return process.stdin.isTTY === true;
  }
}

/** npm sends on what the terminal or a killed process group has sent us already; milliseconds. */
const SAME_SIGNAL_MS = 1_000;

/**
 * Runs a program in our place: its input and output are ours, signals go on to it, each once.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeout?: number, detached?: boolean,
 *   onErrorLine?: (line: string) => void }} [options] after `timeout` milliseconds it is told to end; `detached`: in a
 *   session of its own it hears signals from nobody but us; `onErrorLine` gets its stderr, and its stdout goes to ours
 * @returns {Promise<Ending>} how it ended
 */
export function run(command, args, options = {}) {
  const { onErrorLine, ...spawning } = options;
  return new Promise((resolve, reject) => {
    /** @type {import("node:child_process").ChildProcess | undefined} */
    let child;
    // Before the program starts, which may be known to others at once; a signal is dealt with after that.
    const stopForwarding = forwardSignals((signal) => {
      const heardItself = !options.detached && FROM_TERMINAL.has(signal) && inForeground();
      if (!heardItself) child?.kill(signal);
    });
    child = spawn(command, args, { ...spawning, stdio: onErrorLine ? ["ignore", 2, "pipe"] : "inherit" });
    if (onErrorLine && child.stderr) createInterface({ input: child.stderr }).on("line", onErrorLine);
    child.on("error", (error) => {
      stopForwarding();
      reject(error);
    });
    child.on(onErrorLine ? "close" : "exit", (status, signal) => {
      stopForwarding();
      resolve({ status, signal });
    });
  });
}

/**
 * @param {(signal: NodeJS.Signals) => void} forward called for each signal, not again for copies that follow at once
 * @returns {() => void} ends it
 */
function forwardSignals(forward) {
  /** @type {Map<NodeJS.Signals, number>} */
  const last = new Map();
  /** @param {NodeJS.Signals} signal */
  const handle = (signal) => {
    const isCopy = performance.now() - (last.get(signal) ?? Number.NEGATIVE_INFINITY) < SAME_SIGNAL_MS;
    if (isCopy) return;
    last.set(signal, performance.now());
    forward(signal);
  };
  for (const signal of FORWARDED) process.on(signal, handle);
  return () => {
    for (const signal of FORWARDED) process.off(signal, handle);
  };
}

/**
 * Runs a step of the set-up to its end; what it prints goes to stderr.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 */
export function runStep(command, args, options = {}) {
  return spawnSync(command, args, { ...options, stdio: ["ignore", 2, 2] });
}

/**
 * Ends this process as a program that it ran has ended.
 *
 * @param {Ending} ending
 */
export function endLike({ status, signal }) {
  if (signal !== null) process.kill(process.pid, signal);
  process.exitCode = status ?? 1;
}
