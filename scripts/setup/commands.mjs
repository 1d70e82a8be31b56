// @ts-check
import { Failure, say } from "./failure.mjs";
import { install } from "./install.mjs";
import { hasCommand } from "./packages.mjs";

/**
 * Installs what brings some commands when one of them is not there.
 *
 * @param {import("./packages.mjs").Wanted} wanted
 * @param {readonly string[]} commands
 * @param {NodeJS.ProcessEnv} env where they are looked for
 */
export function ensureCommands(wanted, commands, env) {
  const missing = () => commands.filter((command) => !hasCommand({ root: "/", env }, command));
  const before = missing();
  if (before.length === 0) return;
  say(`${before.join(" and ")} not found: installing from the distribution`);
  install(wanted);
  const after = missing();
  if (after.length > 0) throw new Failure(`${after.join(" and ")} not found, though the packages are installed`);
}
