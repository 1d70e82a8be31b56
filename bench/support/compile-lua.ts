import { fileURLToPath } from "node:url";
import { runProgram } from "./processes.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** What can be compiled: the data plane, and the client of the latency benchmark. */
const PROJECTS = { dataPlane: "src/data-plane/tsconfig.lua.json", client: "bench/client/tsconfig.lua.json" };

type Project = keyof typeof PROJECTS;

async function compile(project: Project): Promise<string> {
  const directory = temporaryDirectory("lua");
  const compiler = `${ROOT}node_modules/typescript-to-lua/dist/tstl.js`;
  const config = `${ROOT}${PROJECTS[project]}`;
  await runProgram([process.execPath, compiler, "-p", config, "--outDir", directory, "--sourceMap", "true"]);
  return directory;
}

const compiled = new Map<Project, Promise<string>>();

/**
 * The folder of a project's Lua and its source maps, compiled once from the sources as they are now: what is measured is never stale.
 * @throws Error with what the compiler says when it does not compile
 */
export function compileLua(project: Project = "dataPlane"): Promise<string> {
  const folder = compiled.get(project) ?? compile(project);
  compiled.set(project, folder);
  return folder;
}
