import { type ChildProcess, execFile, spawn } from "node:child_process";
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
 * Starts NGINX in the foreground of a session of its own, so that it neither dies with its controller nor hears
 * Ctrl-C. It writes to the controller's own stdout and stderr.
 */
export function spawnNginx(binary: string, { configFile, temporaryDirectory }: StateDirectory): ChildProcess {
  const args = [...commandLine(configFile), "-g", "daemon off;"];
  const options = { cwd: temporaryDirectory, env: environment() };
  return spawn(binary, args, { detached: true, stdio: ["ignore", "inherit", "inherit"], ...options });
}

/**
 * Has NGINX test a configuration file.
 *
 * @throws Error of one sentence when NGINX does not take it
 */
export function testConfig(binary: string, configFile: string, { temporaryDirectory }: StateDirectory): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const args = [...commandLine(configFile), "-g", "daemon off;", "-t", "-q"];
  execFile(binary, args, { cwd: temporaryDirectory, env: environment(), timeout: 30_000 }, (error, _, stderr) => {
    if (error === null) resolve();
    else reject(new Error(describe(configFile, stderr.trim() || error.message)));
  });
  return promise;
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
