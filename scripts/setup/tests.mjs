// @ts-check
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative, resolve, sep } from "node:path";
import { NODE, projectEnvironment, ROOT } from "./checkout.mjs";
import { ensureCluster } from "./cluster.mjs";
import { Failure, say } from "./failure.mjs";
import { outerNetworkEnvironment, ownNetworkCommand } from "./own-network.mjs";
import { endLike, run } from "./run.mjs";

/** The suites of `npm run test:slow`. */
const SLOW = join("test", "slow");

/** The suites of `npm run test:cluster`. */
const CLUSTER = join("test", "cluster");

/**
 * What takes longer hangs, and fails: one test, and all of them together, as a file may hang when its tests are done.
 *
 * @typedef {{ test: number, all: number }} Limits milliseconds
 * @type {{ quick: Limits, slow: Limits, cluster: Limits }}
 */
const LIMITS = {
  quick: { test: 120_000, all: 900_000 },
  slow: { test: 900_000, all: 3_600_000 },
  cluster: { test: 300_000, all: 1_800_000 },
};

/**
 * @param {string} folder
 * @returns {string[]}
 */
function testsBelow(folder) {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" });
  const tests = names.filter((name) => /\.test\.(ts|mjs)$/.test(name) && !name.includes("node_modules"));
  return tests.map((name) => join(folder, name));
}

/** Where tests stand beside the code: they share nothing outside their process, so one process runs all of them. */
const BESIDE_THE_CODE = ["src", "scripts", "bench"];

/** @returns {string[]} */
function quickTests() {
  const tests = [...BESIDE_THE_CODE, "test"].flatMap(testsBelow);
  return tests.filter((file) => ![SLOW, CLUSTER].some((folder) => file.startsWith(`${folder}/`))).sort();
}

/** @returns {string[]} */
function slowTests() {
  try {
    return testsBelow(SLOW).sort();
  } catch {
    return [];
  }
}

/** @returns {string[]} */
function clusterTests() {
  return testsBelow(CLUSTER).sort();
}

/**
 * @param {readonly string[]} args
 * @param {Limits} limits
 * @param {{ through?: readonly string[], env?: NodeJS.ProcessEnv }} [how] the command that runs Node, and its environment
 */
async function runNode(args, limits, { through = [], env = projectEnvironment() } = {}) {
  const always = ["--test", "--test-reporter=spec", `--test-timeout=${limits.test}`];
  const options = { cwd: ROOT, env, timeout: limits.all };
  const start = Date.now();
  const [command = NODE, ...rest] = [...through, NODE, ...always, ...args];
  const ending = await run(command, rest, options);
  if (Date.now() - start >= limits.all) throw new Failure("The tests hang, and were ended: see what was running");
  return ending;
}

/**
 * Splits `npm test -- …` into what Node gets and which files it runs.
 *
 * @param {readonly string[]} args
 * @param {() => string[]} all
 */
function chosen(args, all) {
  const flags = args.filter((arg) => arg.startsWith("-"));
  const named = args.filter((arg) => !arg.startsWith("-"));
  return { flags, files: named.length > 0 ? named : all() };
}

/**
 * The type check, the linter, then every test but the slow ones.
 *
 * @param {readonly string[]} args flags for `node --test`, and files to run instead of all
 */
export async function test(args) {
  const onlySome = args.length > 0;
  const checked = onlySome || (await check());
  const { flags, files } = chosen(args, quickTests);
  const endings = await runQuick(flags, files);
  const failed = endings.find(({ status }) => status !== 0);
  if (failed === undefined && !checked)
    throw new Failure("The tests pass, the check before them does not: npm run check");
  endLike(failed ?? { status: 0, signal: null });
}

/**
 * What stands beside the code in one process, for a process of its own for each file takes twice the time; then the rest.
 *
 * @param {readonly string[]} flags
 * @param {readonly string[]} files
 */
async function runQuick(flags, files) {
  const isBeside = (/** @type {string} */ file) =>
    BESIDE_THE_CODE.includes(relative(ROOT, resolve(file)).split(sep)[0] ?? "");
  const beside = files.filter(isBeside);
  const others = files.filter((file) => !isBeside(file));
  // Node itself leaves a core free, which is half of a machine with two.
  const sideBySide = `--test-concurrency=${availableParallelism()}`;
  const runs = [
    beside.length > 0 ? ["--test-isolation=none", ...beside] : [],
    others.length > 0 ? [sideBySide, ...others] : [],
  ];
  const endings = [];
  for (const run of runs.filter(({ length }) => length > 0)) {
    const ending = await runNode([...flags, ...run], LIMITS.quick);
    endings.push(ending);
    if (ending.signal !== null) break;
  }
  return endings;
}

/** @returns {Promise<boolean>} */
async function check() {
  say("npm run check (types, lint, format)");
  const { status } = await run("npm", ["run", "--silent", "check"], { cwd: ROOT, env: projectEnvironment() });
  if (status !== 0) say("the check fails, see above; the tests run all the same");
  return status === 0;
}

/** @param {readonly string[]} args as for `test` */
export async function testSlow(args) {
  const { flags, files } = chosen(args, slowTests);
  if (files.length === 0) return say("there are no slow suites");
  endLike(await runNode(["--test-concurrency=1", ...flags, ...files], LIMITS.slow));
}

/**
 * On a real API server, one file after the other, in a network of their own: the API server takes no loopback addresses
 * for endpoints.
 *
 * @param {readonly string[]} args as for `test`
 */
export async function testCluster(args) {
  const { flags, files } = chosen(args, clusterTests);
  const through = ownNetworkCommand();
  const env = { ...(await ensureCluster()), ...outerNetworkEnvironment() };
  endLike(await runNode(["--test-concurrency=1", ...flags, ...files], LIMITS.cluster, { through, env }));
}
