import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { findNginx } from "../../src/control-plane/nginx/find-nginx.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const TSTL = join(ROOT, "node_modules", "typescript-to-lua", "dist", "tstl.js");
const PROJECT = join(ROOT, "test", "parity", "tsconfig.lua.json");

/** Hands the driver what LuaJIT has of its own, and the functions of the data plane that Node cannot run. */
const GLUE = `
    ngx.req.read_body()
    local line = require("src.data-plane.access-line")
    local pointer = require("src.data-plane.pointer")
    local function written(put, access)
      local buffer = require("string.buffer").new()
      put(buffer, access)
      return buffer:get()
    end
    local functions = {
      attemptJson = line.attemptJson,
      escapeJson = line.escapeJson,
      arePlain = require("src.data-plane.plain-text").arePlain,
      isWholeRing = require("src.data-plane.ring-bytes").isWholeRing,
      jsonLine = function(access) return written(line.putJson, access) end,
      logTime = require("src.data-plane.log-time").logTime,
      textLine = function(access) return written(line.putText, access) end,
      versionAt = function(text, generation)
        local dict = { get = function() return text ~= "" and text or nil end }
        return pointer.versionAt(pointer.readPointer(dict, "name"), generation)
      end,
      formatPointer = function(version, generation, before)
        return pointer.formatPointer({ version = version, generation = generation, before = before })
      end,
    }
    local native = {
      castRing = require("src.data-plane.ring-bytes").castRing,
      memory = require("src.data-plane.ring-memory").LUA_MEMORY,
      cookieTime = ngx.cookie_time,
      patterns = require("src.data-plane.patterns").PATTERNS,
      call = function(name, arguments) return functions[name](unpack(arguments)) end,
    }
    ngx.print(require("test.parity.driver").evaluate(ngx.req.get_body_data(), native))`;

function configOf(directory: string, modules: readonly string[]): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path "${directory}/tmp";`,
  );
  return `${modules.map((path) => `load_module "${path}";`).join("\n")}
daemon off;
master_process off;
pid "${directory}/nginx.pid";
error_log stderr notice;
events { worker_connections 64; }
http {
  access_log off;
  ${temporary.join("\n  ")}
  client_max_body_size 0;
  client_body_buffer_size 64m;
  lua_package_path "${directory}/lua/?.lua;;";
  server {
    listen "unix:${directory}/socket";
    location / { content_by_lua_block {${GLUE}
    } }
  }
}
`;
}

/** Resolves once NGINX has opened its sockets; rejects with what it printed if it ends before. */
function opened(nginx: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let printed = "";
    nginx.stderr?.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
      // The last line that NGINX writes before it serves.
      if (printed.includes("getrlimit(RLIMIT_NOFILE)")) resolve();
    });
    nginx.once("error", reject);
    nginx.once("exit", () => reject(new Error(`NGINX ended:\n${printed}`)));
  });
}

/** LuaJIT inside NGINX, with the driver compiled from the same source that Node runs. */
export class LuaRuntime {
  private readonly directory: string;
  private readonly nginx: ChildProcess;

  private constructor(directory: string, nginx: ChildProcess) {
    this.directory = directory;
    this.nginx = nginx;
  }

  static async start(): Promise<LuaRuntime> {
    const directory = await mkdtemp(join(tmpdir(), "limpet-parity-"));
    try {
      // Compiled here and now, so that nothing stale is compared.
      await promisify(execFile)(process.execPath, [TSTL, "-p", PROJECT, "--outDir", join(directory, "lua")], {
        cwd: ROOT,
      });
      const { binary, modulePaths } = await findNginx();
      const config = join(directory, "nginx.conf");
      await writeFile(config, configOf(directory, modulePaths));
      const nginx = spawn(binary, ["-p", directory, "-c", config], { stdio: ["ignore", "ignore", "pipe"] });
      await opened(nginx);
      return new LuaRuntime(directory, nginx);
    } catch (error) {
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
  }

  /** @param batch encoded; gives the driver's answer, a byte string */
  evaluate(batch: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const options = { socketPath: join(this.directory, "socket"), method: "POST", path: "/", agent: false } as const;
      const request = http.request(options, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.once("error", reject);
        response.once("end", () => {
          const text = Buffer.concat(chunks).toString("latin1");
          if (response.statusCode === 200) resolve(text);
          else reject(new Error(`NGINX answers ${response.statusCode}: the driver failed`));
        });
      });
      request.once("error", reject);
      request.end(Buffer.from(batch, "latin1"));
    });
  }

  async stop(): Promise<void> {
    if (this.nginx.exitCode === null && this.nginx.signalCode === null) {
      const ended = once(this.nginx, "exit");
      this.nginx.kill("SIGTERM");
      await ended;
    }
    await rm(this.directory, { recursive: true, force: true });
  }
}
