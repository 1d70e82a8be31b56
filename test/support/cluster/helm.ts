import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Kubectl } from "./kubectl.ts";

const run = promisify(execFile);

/** Runs `helm ARGS` as the user of this kubectl. @throws Error with what Helm said when it fails */
export async function helm({ environment }: Kubectl, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run("helm", args, { env: environment });
  return stdout;
}
