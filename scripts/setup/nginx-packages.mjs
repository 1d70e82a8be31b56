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

const PACKAGES = ["nginx", "libnginx-mod-http-lua"];

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

/** @param {Machine} machine */
function installPackages(machine) {
  const args = ["install", "--yes", "--no-upgrade", "--no-install-recommends", ...PACKAGES];
  say(`apt-get ${args.join(" ")}`);
  return succeeds(machine, "apt-get", args);
}

/**
 * What makes the distribution's nginx service start with the machine: systemd's link, and those of System V.
 *
 * @param {Machine} machine
 * @returns {{ systemd: boolean, systemV: boolean }}
 */
function enabledServices({ root }) {
  const runLevel = join(root, "etc/rc2.d");
  return {
    systemd: isThere(join(root, "etc/systemd/system/multi-user.target.wants/nginx.service")),
    systemV: existsSync(runLevel) && readdirSync(runLevel).some((name) => /^S\d\dnginx$/.test(name)),
  };
}

/**
 * The package enables its service when it is installed for the first time; what was not enabled before is switched off.
 *
 * @param {Machine} machine
 * @param {{ systemd: boolean, systemV: boolean }} before
 */
function disableNewServices(machine, before) {
  const after = enabledServices(machine);
  if (after.systemV && !before.systemV) succeeds(machine, "update-rc.d", ["nginx", "disable"]);
  if (!after.systemd || before.systemd) return;
  say("the distribution's own nginx service stays switched off");
  if (succeeds(machine, "deb-systemd-helper", ["disable", "nginx.service"])) return;
  succeeds(machine, "systemctl", ["disable", "nginx.service"]);
}

/**
 * Installs NGINX and its Lua module from the distribution, as root, without starting or enabling its service.
 *
 * @param {Machine} machine
 */
export function installNginx(machine) {
  const before = enabledServices(machine);
  const interrupted = () => {};
  // An interrupted apt-get returns to us, and the policy is put back before we end.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, interrupted);
  try {
    const installed = withoutServices(machine.root, () => {
      if (!hasPackageLists(machine)) updateLists(machine);
      return installPackages(machine) || (updateLists(machine) && installPackages(machine));
    });
    if (!installed) throw new Failure(`apt-get could not install ${PACKAGES.join(" and ")}: see above`);
  } finally {
    disableNewServices(machine, before);
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
