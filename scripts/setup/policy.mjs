// @ts-check
import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const MARK = "# Limpet's set-up: no service is started while it installs packages.";

/**
 * @param {string} path
 * @returns {boolean} whether something is there, be it a link to nowhere
 */
export function isThere(path) {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** @param {string} path */
function isOurs(path) {
  return existsSync(path) && readFileSync(path, "utf8").includes(MARK);
}

/**
 * Puts back what a policy of ours replaced.
 *
 * @param {string} policy
 * @param {string} saved
 */
function restore(policy, saved) {
  if (isOurs(policy)) rmSync(policy);
  if (isThere(saved) && !isThere(policy)) renameSync(saved, policy);
}

/**
 * Does something while Debian's invoke-rc.d may start, reload or restart no service, then puts the machine's own policy
 * back, also one that an interrupted run left aside.
 *
 * @template T
 * @param {string} root the machine's root directory
 * @param {() => T} action
 * @returns {T}
 */
export function withoutServices(root, action) {
  const policy = join(root, "usr/sbin/policy-rc.d");
  const saved = `${policy}.limpet-saved`;
  restore(policy, saved);
  mkdirSync(dirname(policy), { recursive: true });
  try {
    if (isThere(policy)) renameSync(policy, saved);
    writeFileSync(policy, `#!/bin/sh\n${MARK}\nexit 101\n`, { mode: 0o755 });
    return action();
  } finally {
    restore(policy, saved);
  }
}
