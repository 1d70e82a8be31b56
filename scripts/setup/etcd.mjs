// @ts-check
import { Failure, say } from "./failure.mjs";
import { install } from "./install.mjs";
import { hasCommand } from "./packages.mjs";

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
  const missing = () => ["etcd", "ip"].filter((command) => !hasCommand({ root: "/", env }, command));
  const before = missing();
  if (before.length === 0) return;
  say(`${before.join(" and ")} not found: installing from the distribution`);
  install(ETCD);
  const after = missing();
  if (after.length > 0) throw new Failure(`${after.join(" and ")} not found, though the packages are installed`);
}
