import { fileURLToPath } from "node:url";
import { runProgram } from "./processes.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

async function compile(): Promise<string> {
  const directory = temporaryDirectory("lua");
  const compiler = `${ROOT}node_modules/typescript-to-lua/dist/tstl.js`;
  const project = `${ROOT}src/data-plane/tsconfig.lua.json`;
  await runProgram([process.execPath, compiler, "-p", project, "--outDir", directory, "--sourceMap", "true"]);
  return directory;
}

let compiled: Promise<string> | undefined;

/**
 * The folder of the data plane's Lua and its source maps, compiled once from the sources as they are now: what is measured is never stale.
 * @throws Error with what the compiler says when it does not compile
 */
export function compileLua(): Promise<string> {
  compiled ??= compile();
  return compiled;
}
