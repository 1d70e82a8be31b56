// @ts-check
import { join } from "node:path";
import { NODE, projectEnvironment, ROOT } from "./checkout.mjs";
import { ensureHelm } from "./cluster.mjs";
import { ensureDataPlane } from "./data-plane.mjs";
import { ETCD } from "./etcd.mjs";
import { Failure } from "./failure.mjs";
import { ensureValgrind, guard, VALGRIND } from "./guard.mjs";
import { installAsRoot } from "./install.mjs";
import { ensureLuajit, LUAJIT } from "./luajit.mjs";
import { ensureNginx, NGINX } from "./nginx.mjs";
import { ensureNpmPackages } from "./npm-packages.mjs";
import { pack } from "./pack.mjs";
import { ensurePromtool, PROMTOOL } from "./promtool.mjs";
import { endLike, run } from "./run.mjs";
import { test, testCluster, testSlow } from "./tests.mjs";

function build() {
  ensureNpmPackages();
  ensureDataPlane();
}

function prepare() {
  ensureNpmPackages();
  ensureNginx();
  ensureDataPlane();
}

/** @param {readonly string[]} args */
async function start(args) {
  const launcher = join(ROOT, "bin", "limpet.js");
  // Ctrl-C reaches it once, through us, and not a second time, which would cut its ending short.
  const options = { cwd: ROOT, env: projectEnvironment(), detached: true };
  endLike(await run(NODE, [launcher, "demo", ...args], options));
}

/** The plain manifests, from the chart. */
async function writeManifests() {
  const env = await ensureHelm();
  endLike(await run(NODE, [join("scripts", "write-manifests.ts")], { cwd: ROOT, env }));
}

/**
 * @typedef {(args: readonly string[]) => void | Promise<void>} Task
 * @type {Readonly<Record<string, readonly Task[]>>}
 */
const TASKS = {
  /** Everything that is missing in the checkout and on the machine. */
  prepare: [prepare],
  /** What needs neither root nor NGINX. */
  build: [build],
  /** Puts into a folder what the image runs. */
  pack: [build, pack],
  /** The distribution's packages alone; for root. */
  nginx: [() => installAsRoot(NGINX)],
  etcd: [() => installAsRoot(ETCD)],
  luajit: [() => installAsRoot(LUAJIT)],
  promtool: [() => installAsRoot(PROMTOOL)],
  valgrind: [() => installAsRoot(VALGRIND)],
  start: [prepare, start],
  test: [prepare, test],
  "test-slow": [prepare, ensureLuajit, ensurePromtool, testSlow],
  /** On a real API server, which is built first. */
  "test-cluster": [prepare, testCluster],
  manifests: [ensureNpmPackages, writeManifests],
  /** What a request costs, against the recorded baseline. */
  guard: [prepare, ensureValgrind, guard],
};

/**
 * @param {string} name
 * @param {readonly string[]} args
 */
export async function runTask(name, args) {
  const steps = TASKS[name];
  if (steps === undefined) throw new Failure(`Usage: node scripts/setup.mjs ${Object.keys(TASKS).join("|")}`);
  for (const step of steps) await step(args);
}
