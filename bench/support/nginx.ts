import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findProgram } from "./binaries.ts";
import { waitForPort } from "./ports.ts";
import { type RunningProcess, startProcess } from "./processes.ts";

/** The process is the worker: it can be measured as it is started. */
const SINGLE_PROCESS = "daemon off; master_process off;";

export interface NginxStart {
  /** For the messages of a failed start. */
  readonly name: string;
  readonly directory: string;
  readonly config: string;
  readonly port: number;
  /** What runs it: `valgrind …`, `taskset …`, or nothing. */
  readonly runner: readonly string[];
}

/**
 * Starts NGINX as one process, and waits until it listens.
 * @throws Error with NGINX's own words when it does not start
 */
export async function startNginx(start: NginxStart): Promise<RunningProcess> {
  const file = join(start.directory, "nginx.conf");
  await writeFile(file, start.config);
  const command = [findProgram("nginx"), "-e", "stderr", "-p", start.directory, "-c", file, "-g", SINGLE_PROCESS];
  const nginx = await startProcess([...start.runner, ...command]);
  await waitForPort(start.port, nginx, start.name);
  return nginx;
}

/** NGINX makes these folders at its start even when it will not use them; the default ones may not be ours to write. */
export function temporaryPaths(directory: string): string {
  return ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${directory}/${name};`)
    .join("\n    ");
}
