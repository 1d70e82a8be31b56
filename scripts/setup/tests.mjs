// @ts-check
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { NODE, projectEnvironment, ROOT } from "./checkout.mjs";
import { Failure, say } from "./failure.mjs";
import { endLike, run } from "./run.mjs";

/** The suites of `npm run test:slow`. */
const SLOW = join("test", "slow");

/** A test that takes longer hangs, and fails; milliseconds. */
const QUICK_TIMEOUT_MS = 180_000;
const SLOW_TIMEOUT_MS = 900_000;

/**
 * @param {string} folder
 * @returns {string[]}
 */
function testsBelow(folder) {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" });
  const tests = names.filter((name) => /\.test\.(ts|mjs)$/.test(name) && !name.includes("node_modules"));
  return tests.map((name) => join(folder, name));
}

/** @returns {string[]} */
function quickTests() {
  const tests = ["src", "test", "scripts"].flatMap(testsBelow);
  return tests.filter((file) => !file.startsWith(`${SLOW}/`)).sort();
}

/** @returns {string[]} */
function slowTests() {
  try {
    return testsBelow(SLOW).sort();
  } catch {
    return [];
  }
}

/**
 * @param {readonly string[]} args
 * @param {number} timeout milliseconds
 */
function runNode(args, timeout) {
  const always = ["--test", "--test-reporter=spec", `--test-timeout=${timeout}`];
  return run(NODE, [...always, ...args], { cwd: ROOT, env: projectEnvironment() });
}

/**
 * Splits `npm test -- …` into what Node gets and which files it runs.
 *
 * @param {readonly string[]} args
 * @param {() => string[]} all
 */
function chosen(args, all) {
  const flags = args.filter((arg) => arg.startsWith("-"));
  const files = args.filter((arg) => !arg.startsWith("-"));
  return [...flags, ...(files.length > 0 ? files : all())];
}

/**
 * The type check, the linter, then every test but the slow ones.
 *
 * @param {readonly string[]} args flags for `node --test`, and files to run instead of all
 */
export async function test(args) {
  const onlySome = args.length > 0;
  const checked = onlySome || (await check());
  const ending = await runNode(chosen(args, quickTests), QUICK_TIMEOUT_MS);
  if (ending.status === 0 && !checked)
    throw new Failure("The tests pass, the check before them does not: npm run check");
  endLike(ending);
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
  const files = chosen(args, slowTests);
  if (files.length === 0) return say("there are no slow suites");
  endLike(await runNode(["--test-concurrency=1", ...files], SLOW_TIMEOUT_MS));
}
