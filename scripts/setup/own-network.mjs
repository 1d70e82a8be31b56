// @ts-check
import { spawnSync } from "node:child_process";
import { readlinkSync } from "node:fs";
import { Failure } from "./failure.mjs";

/**
 * How to run a program in a network of its own, which has no way out: root by itself, anybody else inside a user
 * namespace that leaves them who they are, with the right to configure that network.
 */
const UNSHARE = {
  root: ["unshare", "--net", "--"],
  anybody: ["unshare", "--map-current-user", "--keep-caps", "--net", "--"],
};

/** The network that a process is in (namespaces(7)). */
function currentNetwork() {
  return readlinkSync("/proc/self/ns/net");
}

/**
 * The command that runs the command after it in a network of its own.
 *
 * @returns {readonly string[]}
 */
export function ownNetworkCommand() {
  const command = process.getuid?.() === 0 ? UNSHARE.root : UNSHARE.anybody;
  const [program = "", ...args] = command;
  const { status, stderr, error } = spawnSync(program, [...args, "true"], { encoding: "utf8" });
  if (status === 0) return command;
  throw new Failure(
    `These tests need a network namespace of their own, and ${command.join(" ")} fails ` +
      `(${error?.message ?? stderr.trim()}): run them as root, or allow user namespaces`,
  );
}

/**
 * What tells the tests which network they must not be in.
 *
 * @returns {NodeJS.ProcessEnv}
 */
export function outerNetworkEnvironment() {
  return { LIMPET_TEST_OUTER_NETWORK: currentNetwork() };
}
