// @ts-check
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { machineEnvironment, NODE, projectEnvironment, ROOT } from "./checkout.mjs";
import { Failure, say } from "./failure.mjs";
import { hasCommand, installNginx } from "./nginx-packages.mjs";
import { runStep } from "./run.mjs";

const SETUP = fileURLToPath(new URL("../setup.mjs", import.meta.url));
const PROBE = fileURLToPath(new URL("./probe-nginx.ts", import.meta.url));

/**
 * @returns {string} what is missing of NGINX, in one sentence; empty when all is there
 */
function missing() {
  const { status, stdout, stderr } = spawnSync(NODE, [PROBE], { env: projectEnvironment(), encoding: "utf8" });
  if (status === 0) return "";
  return stdout.trim() || `NGINX could not be looked for: ${stderr.trim()}`;
}

/** The distribution's packages, installed by this process, which root runs. */
export function installNginxAsRoot() {
  const machine = { root: "/", env: machineEnvironment() };
  if (!hasCommand(machine, "apt-get")) {
    throw new Failure(
      "This machine has no apt-get: install NGINX 1.22 or newer with ngx_http_lua_module and lua-resty-core " +
        "(OpenResty brings all of them) and put nginx on the PATH",
    );
  }
  if (process.getuid?.() !== 0) throw new Failure(`Only root can install packages: ${rootCommand()}`);
  installNginx(machine);
}

/** @returns {string} */
function rootCommand() {
  return `sudo ${process.execPath} ${SETUP} nginx`;
}

function installThroughSudo() {
  if (spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status !== 0) {
    throw new Failure(
      `Installing NGINX needs root, and sudo asks for a password or is not there. As root: ${rootCommand()}`,
    );
  }
  if (runStep("sudo", ["-n", process.execPath, SETUP, "nginx"], { cwd: ROOT }).status !== 0) {
    throw new Failure(`NGINX could not be installed: see above, then try ${rootCommand()}`);
  }
}

/** Installs NGINX and its Lua module when they are not there. */
export function ensureNginx() {
  const before = missing();
  if (before === "") return;
  say(`${before} Installing it from the distribution`);
  const viaSudo = process.getuid?.() !== 0 && hasCommand({ root: "/", env: process.env }, "apt-get");
  if (viaSudo) installThroughSudo();
  else installNginxAsRoot();
  const after = missing();
  if (after !== "") throw new Failure(after);
}
