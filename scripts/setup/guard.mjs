// @ts-check
import { join } from "node:path";
import { NODE, projectEnvironment, ROOT } from "./checkout.mjs";
import { ensureCommands } from "./commands.mjs";
import { Failure } from "./failure.mjs";
import { endLike, run } from "./run.mjs";

/**
 * What counts instructions.
 *
 * @type {import("./packages.mjs").Wanted}
 */
export const VALGRIND = {
  name: "valgrind",
  packages: ["valgrind"],
  task: "valgrind",
  byHand: "install valgrind 3.16 or newer and put it on the PATH",
};

/** Installs valgrind when it is not there. */
export function ensureValgrind() {
  ensureCommands(VALGRIND, ["valgrind", "callgrind_control"], projectEnvironment());
}

/** Milliseconds; what takes longer hangs. */
const LIMIT = 1_500_000;

/**
 * Compares what requests cost with what they cost when it was recorded.
 *
 * @param {readonly string[]} args flags of `bench/guard.ts`
 */
export async function guard(args) {
  const start = Date.now();
  const options = { cwd: ROOT, env: projectEnvironment(), timeout: LIMIT };
  const ending = await run(NODE, [join("bench", "guard.ts"), ...args], options);
  if (Date.now() - start >= LIMIT) throw new Failure("The measurement hangs, and was ended");
  endLike(ending);
}
