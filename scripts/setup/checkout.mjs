// @ts-check
import { delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the checkout. */
export const ROOT = resolve(fileURLToPath(import.meta.url), "../../..");

const BIN = join(ROOT, "node_modules", ".bin");

/** The Node that the project runs on, once its packages are installed. */
export const NODE = join(BIN, "node");

/**
 * @param {string | undefined} path a PATH
 * @returns {string[]} its folders without the checkout's own
 */
function foreignFolders(path) {
  return (path ?? "").split(delimiter).filter((folder) => folder !== "" && folder !== BIN);
}

/**
 * The environment for the project's own tools: its Node comes first.
 *
 * @returns {NodeJS.ProcessEnv}
 */
export function projectEnvironment() {
  const { NODE_TEST_CONTEXT: _, ...rest } = process.env;
  return { ...rest, PATH: [BIN, ...foreignFolders(process.env.PATH)].join(delimiter) };
}

/**
 * The environment for installing packages: without the folder that the installation replaces.
 *
 * @returns {NodeJS.ProcessEnv}
 */
export function machineEnvironment() {
  return { ...process.env, PATH: foreignFolders(process.env.PATH).join(delimiter) };
}
