// @ts-check
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Failure, say } from "./failure.mjs";
import { isThere, withoutServices } from "./policy.mjs";
import { runStep } from "./run.mjs";

/**
 * The machine that packages are installed on; a test gives another one.
 *
 * @typedef {{ root: string, env: NodeJS.ProcessEnv }} Machine
 */

/**
 * What is wanted of the distribution.
 *
 * @typedef {object} Wanted
 * @property {string} name what people call it
 * @property {readonly string[]} packages
 * @property {string} [service] what the packages would start and enable, if anything
 * @property {string} task the task of the set-up that root runs to install it
 * @property {string} byHand what to do on a machine without apt-get: the rest of a sentence
 */

/**
 * @param {Machine} machine
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {boolean} whether it went well
 */
function succeeds(machine, command, args) {
  const env = { ...machine.env, DEBIAN_FRONTEND: "noninteractive" };
  return runStep(command, args, { env }).status === 0;
}

/** @param {Machine} machine */
function hasPackageLists(machine) {
  const folder = join(machine.root, "var/lib/apt/lists");
  return existsSync(folder) && readdirSync(folder).some((name) => name.includes("_Packages"));
}

/** @param {Machine} machine */
function updateLists(machine) {
  say("apt-get update");
  return succeeds(machine, "apt-get", ["update"]);
}

/**
 * @param {Machine} machine
 * @param {Wanted} wanted
 */
function install(machine, { packages }) {
  const args = ["install", "--yes", "--no-upgrade", "--no-install-recommends", ...packages];
  say(`apt-get ${args.join(" ")}`);
  return succeeds(machine, "apt-get", args);
}

/**
 * What makes a service start with the machine: systemd's link, and those of System V.
 *
 * @typedef {{ systemd: boolean, systemV: boolean }} Enabled
 */

/**
 * @param {Machine} machine
 * @param {Wanted} wanted
 * @returns {Enabled}
 */
function whetherEnabled({ root }, { service }) {
  if (service === undefined) return { systemd: false, systemV: false };
  const runLevel = join(root, "etc/rc2.d");
  return {
    systemd: isThere(join(root, `etc/systemd/system/multi-user.target.wants/${service}.service`)),
    systemV:
      existsSync(runLevel) && readdirSync(runLevel).some((name) => /^S\d\d/.test(name) && name.slice(3) === service),
  };
}

/**
 * A package enables its service when it is installed for the first time; what was not enabled before is switched off.
 *
 * @param {Machine} machine
 * @param {Wanted} wanted
 * @param {Enabled} before
 */
function disableNewService(machine, wanted, before) {
  const { service } = wanted;
  if (service === undefined) return;
  const after = whetherEnabled(machine, wanted);
  if (after.systemV && !before.systemV) succeeds(machine, "update-rc.d", [service, "disable"]);
  if (!after.systemd || before.systemd) return;
  say(`the distribution's own ${service} service stays switched off`);
  if (succeeds(machine, "deb-systemd-helper", ["disable", `${service}.service`])) return;
  succeeds(machine, "systemctl", ["disable", `${service}.service`]);
}

/**
 * Installs packages of the distribution, as root, without starting or enabling their service.
 *
 * @param {Machine} machine
 * @param {Wanted} wanted
 */
export function installPackages(machine, wanted) {
  const before = whetherEnabled(machine, wanted);
  const interrupted = () => {};
  // An interrupted apt-get returns to us, and the policy is put back before we end.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, interrupted);
  try {
    const installed = withoutServices(machine.root, () => {
      if (!hasPackageLists(machine)) updateLists(machine);
      return install(machine, wanted) || (updateLists(machine) && install(machine, wanted));
    });
    if (!installed) throw new Failure(`apt-get could not install ${wanted.packages.join(" and ")}: see above`);
  } finally {
    disableNewService(machine, wanted, before);
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.off(signal, interrupted);
  }
}

/**
 * @param {Machine} machine
 * @param {string} command
 */
export function hasCommand(machine, command) {
  const folders = [...(machine.env.PATH ?? "").split(":"), "/usr/sbin", "/usr/bin"];
  return folders.some((folder) => folder !== "" && existsSync(join(folder, command)));
}
