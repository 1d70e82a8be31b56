import { availableParallelism } from "node:os";
import { findProgram } from "./binaries.ts";
import { runProgram } from "./processes.ts";

/**
 * Runners that keep the proxy and everything else on cores of their own.
 * @throws Error on a machine with one core
 */
export function separateCores(): { readonly proxy: readonly string[]; readonly others: readonly string[] } {
  const cores = availableParallelism();
  if (cores < 2) throw new Error("a throughput benchmark needs two cores: one for the proxy, one for all else");
  const pin = [findProgram("taskset"), "--cpu-list"];
  return { proxy: [...pin, "0"], others: [...pin, `1-${cores - 1}`] };
}

/** Keeps this process off the proxy's core as well. */
export async function leaveProxyCore(): Promise<void> {
  const others = `1-${availableParallelism() - 1}`;
  await runProgram([findProgram("taskset"), "--all-tasks", "--cpu-list", "--pid", others, `${process.pid}`]);
}
