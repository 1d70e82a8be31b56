// @ts-check
import { Failure, say } from "./failure.mjs";
import { install } from "./install.mjs";
import { hasCommand } from "./packages.mjs";

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
  const missing = () => ["etcd", "ip", "curl"].filter((command) => !hasCommand({ root: "/", env }, command));
  const before = missing();
  if (before.length === 0) return;
  say(`${before.join(" and ")} not found: installing from the distribution`);
  install(ETCD);
  const after = missing();
  if (after.length > 0) throw new Failure(`${after.join(" and ")} not found, though the packages are installed`);
}
