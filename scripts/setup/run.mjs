// @ts-check
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

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
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeout?: number, detached?: boolean }} [options] after `timeout`
 *   milliseconds it is told to end; `detached`: in a session of its own it hears signals from nobody but us
 * @returns {Promise<Ending>} how it ended
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: "inherit" });
    const handlers = FORWARDED.map((signal) => {
      let last = Number.NEGATIVE_INFINITY;
      const forward = () => {
        const heardItself = !options.detached && FROM_TERMINAL.has(signal) && inForeground();
        if (heardItself || performance.now() - last < SAME_SIGNAL_MS) return;
        last = performance.now();
        child.kill(signal);
      };
      process.on(signal, forward);
      return { signal, forward };
    });
    const done = () => {
      for (const { signal, forward } of handlers) process.off(signal, forward);
    };
    child.on("error", (error) => {
      done();
      reject(error);
    });
    child.on("exit", (status, signal) => {
      done();
      resolve({ status, signal });
    });
  });
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
