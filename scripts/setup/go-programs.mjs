// @ts-check
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, isAbsolute, join } from "node:path";
import { machineEnvironment, ROOT } from "./checkout.mjs";
import { Failure, say } from "./failure.mjs";
import { run } from "./run.mjs";

/**
 * A Go module of ours that holds nothing but the versions of others, and whose `tool` lines name their programs.
 *
 * @typedef {object} GoModule
 * @property {string} folder in the checkout
 * @property {string} of the module that the programs come from: its version is theirs
 * @property {readonly string[]} packages one a program, which is called like the last part
 * @property {(versionOf: (module: string) => Version) => Readonly<Record<string, string>>} variables what the linker sets,
 *   from the versions that the module requires: programs know them from nowhere else
 */

/** @typedef {{ whole: string, major: string, minor: string }} Version */

/** From this one on, Go fetches the newer version that a module asks for by itself. */
const OLDEST_GO = { major: 1, minor: 21 };

/** Milliseconds between two lines that say how far a build is. */
const PROGRESS_MS = 15_000;

/** Milliseconds after which nobody builds in a folder any more. */
const ABANDONED_MS = 24 * 60 * 60 * 1000;

/**
 * Where what was built is kept, outside the checkout (XDG Base Directory Specification: a path that is not absolute
 * does not count).
 *
 * @param {NodeJS.ProcessEnv} env
 */
export function cacheFolder(env) {
  const given = env.XDG_CACHE_HOME ?? "";
  return join(isAbsolute(given) ? given : join(homedir(), ".cache"), "limpet");
}

/**
 * @param {GoModule} module
 * @param {string} name
 */
function fileOf(module, name) {
  return join(ROOT, module.folder, name);
}

/**
 * @param {string} goMod the text of a go.mod
 * @param {string} name a module that it requires
 * @returns {Version}
 */
export function requiredVersion(goMod, name) {
  const line = goMod.split("\n").find((it) =>
    it
      .trim()
      .replace(/^require /, "")
      .startsWith(`${name} v`),
  );
  const [, whole, major, minor] = / (v(\d+)\.(\d+)\.\S+)/.exec(line ?? "") ?? [];
  if (whole === undefined || major === undefined || minor === undefined) {
    throw new Failure(`go.mod requires no version of ${name}`);
  }
  return { whole, major, minor };
}

/**
 * @param {GoModule} module
 * @param {NodeJS.ProcessEnv} env
 */
function plan(module, env) {
  const goMod = readFileSync(fileOf(module, "go.mod"), "utf8");
  const version = requiredVersion(goMod, module.of);
  const set = module.variables((name) => requiredVersion(goMod, name));
  const variables = Object.entries(set).map(([name, value]) => `-X ${name}=${value}`);
  const args = ["-trimpath", "-buildvcs=false", "-ldflags", ["-s", "-w", ...variables].join(" "), ...module.packages];
  const hash = createHash("sha256").update(JSON.stringify([process.platform, process.arch, args]));
  for (const name of ["go.mod", "go.sum"]) hash.update(readFileSync(fileOf(module, name)));
  const key = [basename(module.folder), version.whole, hash.digest("hex").slice(0, 12)].join("-");
  return { args, version: version.whole, folder: join(cacheFolder(env), key) };
}

/**
 * @param {string} text what `go env GOVERSION` prints
 */
export function isOldGo(text) {
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(text) ?? [];
  if (major === undefined) return false;
  return Number(major) === OLDEST_GO.major && Number(minor) < OLDEST_GO.minor;
}

/**
 * @param {string} what is to be built
 * @param {NodeJS.ProcessEnv} env
 */
function requireGo(what, env) {
  const oldest = `${OLDEST_GO.major}.${OLDEST_GO.minor}`;
  // Outside the module: its own line says which version is wanted, and Go would fetch that one to answer.
  const options = { cwd: tmpdir(), env: { ...env, GOTOOLCHAIN: "local" } };
  const { status, stdout } = spawnSync("go", ["env", "GOVERSION"], { ...options, encoding: "utf8" });
  const wanted = `Building ${what} needs Go ${oldest} or newer: install it (https://go.dev/dl/) and put go on the PATH`;
  if (status !== 0) throw new Failure(`Go is missing. ${wanted}`);
  if (isOldGo(stdout.trim())) throw new Failure(`This machine's Go is ${stdout.trim()}. ${wanted}`);
}

/** Counts what Go says it does, and says it from time to time: it names some two thousand packages. */
class Progress {
  downloaded = 0;
  compiled = 0;

  /** @param {string} line */
  read(line) {
    if (line.startsWith("go: downloading ")) this.downloaded++;
    else if (/^[\w.~/-]+$/.test(line)) this.compiled++;
    else process.stderr.write(`${line}\n`);
  }

  tell() {
    say(`  … ${this.downloaded} modules downloaded, ${this.compiled} packages compiled`);
  }
}

/**
 * @param {GoModule} module
 * @param {readonly string[]} args
 * @param {string} output
 * @param {NodeJS.ProcessEnv} env
 */
async function compile(module, args, output, env) {
  const progress = new Progress();
  const timer = setInterval(() => progress.tell(), PROGRESS_MS);
  try {
    const options = {
      cwd: join(ROOT, module.folder),
      env: { ...env, CGO_ENABLED: "0", GOWORK: "off" },
      onErrorLine: progress.read.bind(progress),
    };
    const { status } = await run("go", ["build", "-v", "-o", `${output}/`, ...args], options);
    if (status !== 0) throw new Failure(`${module.folder} could not be built: see above`);
  } finally {
    clearInterval(timer);
  }
}

/**
 * One rename: nobody meets a folder that is half written. Of two runs that build the same, the second uses the first's.
 *
 * @param {string} fresh
 * @param {string} folder
 */
function putInPlace(fresh, folder) {
  try {
    renameSync(fresh, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}

/**
 * Removes what runs that were killed have left.
 *
 * @param {string} cache
 */
function removeAbandoned(cache) {
  for (const name of readdirSync(cache).filter((it) => it.startsWith("building-"))) {
    const stats = statSync(join(cache, name), { throwIfNoEntry: false });
    if (stats === undefined || Date.now() - stats.mtimeMs < ABANDONED_MS) continue;
    rmSync(join(cache, name), { recursive: true, force: true });
  }
}

/**
 * Builds a module's programs, once for each version and each change of the module.
 *
 * @param {GoModule} module
 * @param {NodeJS.ProcessEnv} [env] the machine's
 * @returns {Promise<string>} the folder that they are in
 */
export async function ensureGoPrograms(module, env = machineEnvironment()) {
  const { args, version, folder } = plan(module, env);
  if (existsSync(folder)) return folder;
  const names = module.packages.map((path) => basename(path)).join(" and ");
  requireGo(`${names} ${version}`, env);
  const cache = cacheFolder(env);
  mkdirSync(cache, { recursive: true });
  removeAbandoned(cache);
  say(`building ${names} ${version} into ${folder}: some minutes the first time, nothing after that`);
  const fresh = join(cache, `building-${basename(folder)}-${process.pid}-${Date.now()}`);
  try {
    mkdirSync(fresh);
    await compile(module, args, fresh, env);
    putInPlace(fresh, folder);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return folder;
}
