import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { text } from "node:stream/consumers";
import type { StateDirectory } from "../state/state-directory.ts";

/**
 * NGINX's command line: nothing but the file given is read, and messages go to stderr from the start. Paths that it
 * makes itself are relative to the folder it is started in: the workers' account may have no way there from the root.
 */
function commandLine(configFile: string): string[] {
  return ["-p", "./", "-e", "stderr", "-c", configFile];
}

/** The environment; `NGINX` in it would hand over listening sockets. */
function environment(): NodeJS.ProcessEnv {
  const { NGINX: _, ...rest } = process.env;
  return rest;
}

/**
 * Whether NGINX could open our stdout anew, as it does for a log. It cannot when that is a socket (under systemd, or a
 * Node parent) or somebody else's pipe.
 */
function canReopenStdout(): boolean {
  try {
    closeSync(openSync("/dev/stdout", "a"));
    return true;
  } catch {
    return false;
  }
}

/** The program in front of a pipe of its own, which cat carries on; it keeps the process id, and cat ends with it. */
function throughPipe(binary: string, args: readonly string[]): readonly [string, readonly string[]] {
  return ["bash", ["-c", 'exec "$@" > >(exec cat)', "bash", binary, ...args]];
}

/**
 * Starts NGINX in the foreground of a session of its own, so that it neither dies with its controller nor hears
 * Ctrl-C. It writes to the controller's own stdout and stderr.
 */
export function spawnNginx(binary: string, { configFile, temporaryDirectory }: StateDirectory): ChildProcess {
  const args = [...commandLine(configFile), "-g", "daemon off;"];
  const [program, words] = canReopenStdout() ? [binary, args] : throughPipe(binary, args);
  const options = { cwd: temporaryDirectory, env: environment() };
  return spawn(program, words, { detached: true, stdio: ["ignore", "inherit", "inherit"], ...options });
}

/** What NGINX gets to test a configuration file; milliseconds. */
const TEST_MS = 30_000;

/**
 * Has NGINX test a configuration file.
 *
 * @throws Error of one sentence when NGINX does not take it
 */
export async function testConfig(
  binary: string,
  configFile: string,
  { temporaryDirectory }: StateDirectory,
): Promise<void> {
  const args = [...commandLine(configFile), "-g", "daemon off;", "-t", "-q"];
  const options = { cwd: temporaryDirectory, env: environment(), timeout: TEST_MS };
  const child = spawn(binary, args, { stdio: ["ignore", "ignore", "pipe"], ...options });
  const ended = Promise.withResolvers<string>();
  child.once("error", (error) => ended.resolve(error.message));
  child.once("close", (code) => ended.resolve(code === 0 ? "" : `exit status ${code}`));
  const [failure, said] = await Promise.all([ended.promise, text(child.stderr).catch(() => "")]);
  if (failure !== "") throw new Error(describe(configFile, said.trim() || failure));
}

function describe(configFile: string, output: string): string {
  const said = /\[emerg\] (?:\d+#\d+: )?(.*)$/m.exec(output)?.[1] ?? output.split("\n", 1)[0];
  const module = /^dlopen\(\) "([^"]+)"|^module "([^"]+)"/.exec(said ?? "");
  if (module !== null) {
    const path = module[1] ?? module[2];
    return `NGINX cannot load its module ${path}: install it anew with apt-get install --reinstall libnginx-mod-http-lua (${said}).`;
  }
  if (said?.startsWith("bind() to ") && said.includes("(13:")) {
    return `NGINX has no permission to listen: run as root or choose ports above 1023 (${said}).`;
  }
  return `NGINX does not take the configuration ${configFile}: ${said}.`;
}
