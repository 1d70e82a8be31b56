// @ts-check
import { ensureCommands } from "./commands.mjs";

/**
 * What the tests on a real API server take from the distribution: its store, and the command that gives their network
 * addresses.
 *
 * @type {import("./packages.mjs").Wanted}
 */
export const ETCD = {
  name: "etcd",
  packages: ["etcd-server", "iproute2"],
  service: "etcd",
  task: "etcd",
  byHand: "install etcd 3.4 or newer and iproute2 and put etcd and ip on the PATH",
};

/**
 * Installs etcd and `ip` when they are not there.
 *
 * @param {NodeJS.ProcessEnv} env where they are looked for
 */
export function ensureEtcd(env) {
  ensureCommands(ETCD, ["etcd", "ip"], env);
}
