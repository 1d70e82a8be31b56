#!/usr/bin/env node
// @ts-check
// The one way into a checkout: does the set-up that is missing, then the task. Runs on Node 20 with nothing installed.
import { Failure } from "./setup/failure.mjs";
import { runTask } from "./setup/tasks.mjs";

try {
  await runTask(process.argv[2] ?? "", process.argv.slice(3));
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
