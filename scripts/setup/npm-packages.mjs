// @ts-check
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { machineEnvironment, NODE, ROOT } from "./checkout.mjs";
import { Failure, say } from "./failure.mjs";
import { runStep } from "./run.mjs";

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean }} LockedPackage
 * @typedef {Record<string, LockedPackage>} LockedPackages
 */

/**
 * @param {string} path a lock file
 * @returns {LockedPackages | undefined} undefined when there is none
 */
function readLock(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8")).packages;
  } catch {
    return undefined;
  }
}

/**
 * Whether what is installed is what the lock file asks for. The contents are compared, not the times: a checkout of
 * another commit, or a folder out of a cache, says nothing by its times.
 *
 * @param {LockedPackages} wanted
 * @param {LockedPackages} installed
 */
export function sameInstallation(wanted, installed) {
  return Object.entries(wanted).every(([path, locked]) => {
    if (path === "") return true;
    const present = installed[path];
    // Optional packages are those of other platforms.
    if (present === undefined) return locked.optional === true;
    const sameBytes = locked.integrity === undefined || locked.integrity === present.integrity;
    return present.version === locked.version && sameBytes;
  });
}

/** @returns {boolean} */
function nodeRuns() {
  return spawnSync(NODE, ["--version"], { stdio: "ignore" }).status === 0;
}

/**
 * Why the packages have to be installed; empty when they need not be.
 *
 * @returns {string}
 */
function reasonToInstall() {
  const installed = readLock(join(ROOT, "node_modules", ".package-lock.json"));
  if (installed === undefined) return "node_modules is missing";
  const wanted = readLock(join(ROOT, "package-lock.json")) ?? {};
  if (!sameInstallation(wanted, installed)) return "node_modules is not what package-lock.json says";
  return nodeRuns() ? "" : "node_modules/.bin/node does not run";
}

/** Installs the npm packages of the lock file when they are not there. */
export function ensureNpmPackages() {
  const reason = reasonToInstall();
  if (reason === "") return;
  say(`${reason}: npm ci`);
  // The tools are needed whatever NODE_ENV says.
  const options = { cwd: ROOT, env: machineEnvironment() };
  const { status, error } = runStep("npm", ["ci", "--include=dev", "--no-audit", "--no-fund"], options);
  if (error) throw new Failure(`npm is missing (${error.message}): install Node 20 or newer together with npm`);
  if (status !== 0) throw new Failure("The npm packages could not be installed: see above, then run npm ci again");
  if (!nodeRuns()) {
    throw new Failure(
      "The npm package node was installed but does not run: allow its install script with " +
        "npm install-scripts approve node, then run npm ci again",
    );
  }
}
