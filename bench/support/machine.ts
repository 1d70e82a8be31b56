import { cpus } from "node:os";
import { findProgram } from "./binaries.ts";
import { runProgramBoth } from "./processes.ts";

/** `1.26.3`. */
export async function nginxVersion(): Promise<string> {
  const { errors } = await runProgramBoth([findProgram("nginx"), "-v"]);
  return /nginx\/([\d.]+)/.exec(errors)?.[1] ?? "unknown";
}

async function haproxyVersion(): Promise<string> {
  const { output } = await runProgramBoth([findProgram("haproxy"), "-v"]);
  return /version ([\d.]+)/.exec(output)?.[1] ?? "unknown";
}

/** What a figure depends on, in a few words and without a date: cores, NGINX and HAProxy. */
export async function machineText(): Promise<string> {
  const cores = cpus();
  const model = (cores[0]?.model ?? "")
    .replace(/\((?:R|TM)\)|@.*|\bCPU\b/g, "")
    .replace(/\s+/g, " ")
    .trim();
  const count = cores.length === 1 ? "1 core" : `${cores.length} cores`;
  return `${count} (${model}), NGINX ${await nginxVersion()}, HAProxy ${await haproxyVersion()}`;
}
