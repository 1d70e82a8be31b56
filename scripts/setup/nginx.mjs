// @ts-check
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { NODE, projectEnvironment } from "./checkout.mjs";
import { Failure, say } from "./failure.mjs";
import { install } from "./install.mjs";

const PROBE = fileURLToPath(new URL("./probe-nginx.ts", import.meta.url));

/** @type {import("./packages.mjs").Wanted} */
export const NGINX = {
  name: "NGINX",
  packages: ["nginx", "libnginx-mod-http-lua"],
  service: "nginx",
  task: "nginx",
  byHand:
    "install NGINX 1.22 or newer with ngx_http_lua_module and lua-resty-core (OpenResty brings all of them) " +
    "and put nginx on the PATH",
};

/**
 * @returns {string} what is missing of NGINX, in one sentence; empty when all is there
 */
function missing() {
  const { status, stdout, stderr } = spawnSync(NODE, [PROBE], { env: projectEnvironment(), encoding: "utf8" });
  if (status === 0) return "";
  return stdout.trim() || `NGINX could not be looked for: ${stderr.trim()}`;
}

/** Installs NGINX and its Lua module when they are not there. */
export function ensureNginx() {
  const before = missing();
  if (before === "") return;
  say(`${before} Installing it from the distribution`);
  install(NGINX);
  const after = missing();
  if (after !== "") throw new Failure(after);
}
