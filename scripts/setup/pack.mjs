// @ts-check
import { cpSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { bundleProgram } from "./bundle.mjs";
import { ROOT } from "./checkout.mjs";
import { Failure } from "./failure.mjs";

/** What is taken over as it is. */
const AS_IT_IS = ["package.json", "bin", join("build", "lua")];

/** @param {string} folder */
function isEmpty(folder) {
  try {
    return readdirSync(folder).length === 0;
  } catch {
    return true;
  }
}

/**
 * Puts what the image runs into a folder: the program in one file, the compiled data plane, the launcher. Without sources,
 * so what the launcher finds there can only be this. Its `node_modules` are the caller's to add: what is loaded by name, such
 * as pino-pretty, and the licences of all packages.
 *
 * @param {string} folder
 */
export async function packInto(folder) {
  mkdirSync(folder, { recursive: true });
  for (const path of AS_IT_IS) cpSync(join(ROOT, path), join(folder, path), { recursive: true });
  await bundleProgram(folder);
}

/**
 * The task: one argument, a folder that is not there yet or empty.
 *
 * @param {readonly string[]} args
 */
export async function pack([folder, ...more]) {
  if (folder === undefined || more.length > 0) throw new Failure("Usage: node scripts/setup.mjs pack FOLDER");
  if (!isEmpty(folder)) throw new Failure(`${folder} is not empty: name a new folder`);
  await packInto(folder);
}
