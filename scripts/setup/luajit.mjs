// @ts-check
import { projectEnvironment } from "./checkout.mjs";
import { ensureCommands } from "./commands.mjs";

/**
 * What runs the client of the latency benchmark, for its test. NGINX's module brings the library alone, and the package `luajit` would
 * replace that.
 *
 * @type {import("./packages.mjs").Wanted}
 */
export const LUAJIT = {
  name: "LuaJIT",
  packages: ["luajit2"],
  task: "luajit",
  byHand: "install LuaJIT 2.1 and put luajit on the PATH",
};

/** Installs LuaJIT when it is not there. */
export function ensureLuajit() {
  ensureCommands(LUAJIT, ["luajit"], projectEnvironment());
}
