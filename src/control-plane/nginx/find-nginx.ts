import { execFile } from "node:child_process";
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { promisify } from "node:util";

/** An NGINX on this machine that can run the data plane. */
export interface NginxInstallation {
  /** Absolute path. */
  readonly binary: string;
  /** `1.22.1`. */
  readonly version: string;
  /** Of the OpenSSL that it runs with, `3.0.19`; empty: it does not say. */
  readonly openssl: string;
  /** Modules to load, in order; none where Lua is built in. */
  readonly modulePaths: readonly string[];
}

/** Where to look; a test gives other places. */
export interface NginxSearch {
  /** `--nginx PATH`: the binary, or the name of one. */
  readonly binary?: string;
  readonly searchPath?: string;
  /** Folders of Lua libraries that NGINX searches by itself. */
  readonly luaFolders?: readonly string[];
}

/** The first that writes its messages where its command line says (`-e`). */
const OLDEST = "1.19.5";

const INSTALL = "install it with apt-get install nginx libnginx-mod-http-lua";

/** Folders that are often missing on an ordinary user's PATH. */
const USUAL_FOLDERS = ["/usr/sbin", "/usr/local/sbin", "/usr/local/openresty/nginx/sbin"];
const LUA_FOLDERS = ["/usr/share/lua/5.1", "/usr/local/share/lua/5.1"];

/** The Lua module needs the other one loaded first. */
const LUA_MODULES = ["ndk_http_module.so", "ngx_http_lua_module.so"];

const run = promisify(execFile);

/**
 * Finds NGINX, its Lua module and lua-resty-core.
 *
 * @throws Error of one sentence: what is missing, and the command that installs it
 */
export async function findNginx(search: NginxSearch = {}): Promise<NginxInstallation> {
  const binary = findBinary(search);
  const about = await describeBuild(binary);
  const version = /^nginx version: \S+\/([\d.]+)/m.exec(about)?.[1];
  if (version === undefined) throw new Error(`${binary} is not NGINX: name the right one with --nginx, or ${INSTALL}.`);
  if (isOlder(version, OLDEST)) {
    throw new Error(`${binary} is NGINX ${version}, Limpet needs ${OLDEST} or newer: name a newer one with --nginx.`);
  }
  const openssl =
    /running with OpenSSL ([\d.]+)/.exec(about)?.[1] ?? /^built with OpenSSL ([\d.]+)/m.exec(about)?.[1] ?? "";
  const arguments_ = /^configure arguments: (.*)$/m.exec(about)?.[1] ?? "";
  const builtIn = /--add-module=\S*(ngx_lua|lua-nginx-module)/.test(arguments_);
  return { binary, version, openssl, modulePaths: builtIn ? [] : findModules(binary, arguments_, search) };
}

/** By hand: a comparison of the locale's costs a start six milliseconds, for its tables. */
function isOlder(version: string, than: string): boolean {
  const [parts, others] = [version, than].map((text) => text.split(".").map(Number)) as [number[], number[]];
  const differs = others.findIndex((part, at) => (parts[at] ?? 0) !== part);
  return differs >= 0 && (parts[differs] ?? 0) < (others[differs] as number);
}

function findBinary({ binary, searchPath }: NginxSearch): string {
  const folders = [...(searchPath ?? process.env.PATH ?? "").split(delimiter), ...(searchPath ? [] : USUAL_FOLDERS)];
  if (binary?.includes("/")) {
    if (isExecutable(binary)) return resolve(binary);
    throw new Error(`There is no program at ${binary}: correct --nginx, or leave it out.`);
  }
  const name = binary ?? "nginx";
  const found = folders.map((folder) => join(folder || ".", name)).find(isExecutable);
  if (found !== undefined) return resolve(found);
  throw new Error(`NGINX is missing (no ${name} on the PATH): ${INSTALL}.`);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** What `nginx -V` says, on stderr. */
async function describeBuild(binary: string): Promise<string> {
  try {
    const { stdout, stderr } = await run(binary, ["-V"], { timeout: 10_000 });
    return stderr + stdout;
  } catch (error) {
    throw new Error(`${binary} -V fails (${firstLine(error)}): name another NGINX with --nginx, or ${INSTALL}.`);
  }
}

function firstLine(error: unknown): string {
  return String((error as Error).message).split("\n", 1)[0] ?? "";
}

function findModules(binary: string, configureArguments: string, search: NginxSearch): readonly string[] {
  const folder = modulesFolder(configureArguments);
  const paths = LUA_MODULES.map((name) => join(folder, name));
  const missing = paths.find((path) => !existsSync(path));
  if (missing !== undefined) throw new Error(`The Lua module of ${binary} is missing (no ${missing}): ${INSTALL}.`);
  const luaFolders = search.luaFolders ?? LUA_FOLDERS;
  if (!luaFolders.some((lua) => existsSync(join(lua, "resty", "core.lua")))) {
    throw new Error("lua-resty-core is missing: install it with apt-get install lua-resty-core.");
  }
  return paths;
}

function modulesFolder(configureArguments: string): string {
  const prefix = /--prefix=(\S+)/.exec(configureArguments)?.[1] ?? "/usr/local/nginx";
  const named = /--modules-path=(\S+)/.exec(configureArguments)?.[1];
  return named ?? join(prefix, "modules");
}
