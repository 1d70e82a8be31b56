// @ts-check
import { ensureCommands } from "./commands.mjs";

/**
 * What the tests on a real API server take from the distribution: its store, the command that gives their network
 * addresses, and the client that the guides show.
 *
 * @type {import("./packages.mjs").Wanted}
 */
export const ETCD = {
  name: "etcd",
  packages: ["etcd-server", "iproute2", "curl"],
  service: "etcd",
  task: "etcd",
  byHand: "install etcd 3.4 or newer, iproute2 and curl, and put etcd, ip and curl on the PATH",
};

/**
 * Installs etcd, `ip` and `curl` when they are not there.
 *
 * @param {NodeJS.ProcessEnv} env where they are looked for
 */
export function ensureEtcd(env) {
  ensureCommands(ETCD, ["etcd", "ip", "curl"], env);
}
