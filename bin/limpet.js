#!/usr/bin/env node
// @ts-check
// `limpet` is TypeScript, which Node runs by itself from 24 on; an older Node hands over to the one among the packages.
// Where there are no sources, as in the image, it is the bundle made of them (scripts/setup/pack.mjs).
import { existsSync } from "node:fs";
import module from "node:module";
import { fileURLToPath } from "node:url";

const OLDEST_NODE = 24;

/** Where there are sources they are what runs: so no bundle is ever run that is older than they are. */
const SOURCE = "src/cli/limpet.ts";
const BUNDLE = "build/program/limpet.js";

/** @param {string} path from the root of the project */
function inProject(path) {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}

async function handOver() {
  const node = inProject("node_modules/node/bin/node");
  if (!existsSync(node)) {
    process.stderr.write(
      `limpet needs Node ${OLDEST_NODE} or newer and this is ${process.version}: ` +
        `run npm ci in ${inProject("")}, which brings one along\n`,
    );
    process.exitCode = 1;
    return;
  }
  const { endLike, run } = await import("../scripts/setup/run.mjs");
  endLike(await run(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)]));
}

async function start() {
  const hasSource = existsSync(inProject(SOURCE));
  if (!hasSource) (await import("./source-lines.js")).nameSourceLines(inProject(""));
  // Saves compiling at each start, and for sources stripping the types; where it cannot be written, it is done without.
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE ?? inProject("build/compile-cache"));
  await import(`../${hasSource ? SOURCE : BUNDLE}`);
}

if (Number.parseInt(process.versions.node, 10) >= OLDEST_NODE) await start();
else await handOver();
