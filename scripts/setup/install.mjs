// @ts-check
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { machineEnvironment, ROOT } from "./checkout.mjs";
import { Failure } from "./failure.mjs";
import { hasCommand, installPackages } from "./packages.mjs";
import { runStep } from "./run.mjs";

/** @typedef {import("./packages.mjs").Wanted} Wanted */

const SETUP = fileURLToPath(new URL("../setup.mjs", import.meta.url));

/** @param {Wanted} wanted */
function rootCommand({ task }) {
  return `sudo ${process.execPath} ${SETUP} ${task}`;
}

/**
 * The distribution's packages, installed by this process, which root runs.
 *
 * @param {Wanted} wanted
 */
export function installAsRoot(wanted) {
  const machine = { root: "/", env: machineEnvironment() };
  if (!hasCommand(machine, "apt-get")) throw new Failure(`This machine has no apt-get: ${wanted.byHand}`);
  if (process.getuid?.() !== 0) throw new Failure(`Only root can install packages: ${rootCommand(wanted)}`);
  installPackages(machine, wanted);
}

/** @param {Wanted} wanted */
function installThroughSudo(wanted) {
  const { name, task } = wanted;
  if (spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status !== 0) {
    throw new Failure(
      `Installing ${name} needs root, and sudo asks for a password or is not there. As root: ${rootCommand(wanted)}`,
    );
  }
  if (runStep("sudo", ["-n", process.execPath, SETUP, task], { cwd: ROOT }).status !== 0) {
    throw new Failure(`${name} could not be installed: see above, then try ${rootCommand(wanted)}`);
  }
}

/**
 * Installs from the distribution what is missing on this machine, through sudo when somebody else than root runs us.
 *
 * @param {Wanted} wanted
 */
export function install(wanted) {
  const viaSudo = process.getuid?.() !== 0 && hasCommand({ root: "/", env: process.env }, "apt-get");
  if (viaSudo) installThroughSudo(wanted);
  else installAsRoot(wanted);
}
