// @ts-check
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NODE, projectEnvironment, ROOT } from "./checkout.mjs";
import { Failure, say } from "./failure.mjs";
import { runStep } from "./run.mjs";

const TSCONFIG = "src/data-plane/tsconfig.lua.json";
const SOURCE_FOLDERS = ["src/snapshot", "src/affinity", "src/routing", "src/policies", "src/data-plane"];
const OTHER_INPUTS = ["tsconfig.base.json", "package-lock.json"];
const OUTPUT = join(ROOT, "build", "lua");
const STAMP = ".sources";

/** @param {string} folder */
function filesBelow(folder) {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => /\.(ts|json)$/.test(name) && !name.endsWith(".test.ts"))
    .map((name) => join(folder, name));
}

/**
 * What the compiled Lua was made from: a change, a new and a deleted file all show.
 *
 * @returns {string}
 */
function describeSources() {
  const files = [...SOURCE_FOLDERS.flatMap(filesBelow), ...OTHER_INPUTS].sort();
  return files.map((file) => `${file} ${describeFile(statSync(join(ROOT, file)))}\n`).join("");
}

/** @param {import("node:fs").Stats} stats */
function describeFile({ size, mtimeMs }) {
  return `${size} ${mtimeMs}`;
}

function readStamp() {
  try {
    return readFileSync(join(OUTPUT, STAMP), "utf8");
  } catch {
    return "";
  }
}

/** Compiles the data plane's TypeScript to Lua when its sources have changed. */
export function ensureDataPlane() {
  const sources = describeSources();
  if (readStamp() === sources) return;
  say("compiling the data plane to build/lua");
  const fresh = `${OUTPUT}.${process.pid}`;
  try {
    compile(fresh);
    writeFileSync(join(fresh, STAMP), sources);
    replaceOutput(fresh);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** @param {string} folder */
function compile(folder) {
  mkdirSync(folder, { recursive: true });
  const tstl = join(ROOT, "node_modules", "typescript-to-lua", "dist", "tstl.js");
  const options = { cwd: ROOT, env: projectEnvironment() };
  const { status } = runStep(NODE, [tstl, "-p", TSCONFIG, "--outDir", folder], options);
  if (status !== 0) throw new Failure("The data plane does not compile: see above");
}

/**
 * Two renames: whoever starts meanwhile never meets a folder that is half written.
 *
 * @param {string} fresh
 */
function replaceOutput(fresh) {
  const old = `${fresh}.old`;
  rmSync(old, { recursive: true, force: true });
  try {
    renameSync(OUTPUT, old);
  } catch {
    // There was none.
  }
  renameSync(fresh, OUTPUT);
  rmSync(old, { recursive: true, force: true });
}
