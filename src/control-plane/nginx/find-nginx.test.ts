import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { findNginx, type NginxInstallation } from "./find-nginx.ts";

describe("findNginx", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "limpet-find-"));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  /** A program that speaks like `nginx -V`. */
  function program(output: string): string {
    const path = join(root, "nginx");
    writeFileSync(path, `#!/bin/sh\ncat >&2 <<'END'\n${output}\nEND\n`);
    chmodSync(path, 0o755);
    return path;
  }

  function modular(version = "1.22.1"): string {
    return program(
      `nginx version: nginx/${version}\nbuilt with OpenSSL 3.0.2 (running with OpenSSL 3.0.19 27 Jan 2026)\nconfigure arguments: --prefix=/usr --modules-path=${root}/modules`,
    );
  }

  function touch(path: string): void {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), "");
  }

  function find(binary?: string): Promise<NginxInstallation> {
    return findNginx({ ...(binary ? { binary } : {}), searchPath: root, luaFolders: [join(root, "lua")] });
  }

  it("finds the binary on the PATH with both modules, in the order that they load", async () => {
    const binary = modular();
    for (const path of ["modules/ndk_http_module.so", "modules/ngx_http_lua_module.so", "lua/resty/core.lua"])
      touch(path);
    const modulePaths = [`${root}/modules/ndk_http_module.so`, `${root}/modules/ngx_http_lua_module.so`];
    assert.deepEqual(await find(), { binary, version: "1.22.1", openssl: "3.0.19", modulePaths });
    assert.equal((await find(binary)).binary, binary);
  });

  it("loads no module where Lua is built in", async () => {
    program(
      "nginx version: openresty/1.25.3.1\nbuilt with OpenSSL 1.1.1w  11 Sep 2023\nconfigure arguments: --prefix=/o/nginx --add-module=../ngx_lua-0.10.26",
    );
    const { modulePaths, openssl } = await find();
    assert.deepEqual([modulePaths, openssl], [[], "1.1.1"]);
  });

  it("says how to install what is missing", async () => {
    await assert.rejects(
      find(),
      /^Error: NGINX is missing .*: install it with apt-get install nginx libnginx-mod-http-lua\.$/,
    );
    modular();
    await assert.rejects(find(), /^Error: The Lua module of \S+ is missing .*: install it with apt-get install /);
    touch("modules/ndk_http_module.so");
    touch("modules/ngx_http_lua_module.so");
    await assert.rejects(
      find(),
      /^Error: lua-resty-core is missing: install it with apt-get install lua-resty-core\.$/,
    );
  });

  it("refuses a path without a program, another program and an old NGINX", async () => {
    await assert.rejects(find(join(root, "none")), /There is no program at \S+none: correct --nginx/);
    await assert.rejects(find(program("a web server")), /is not NGINX/);
    await assert.rejects(find(modular("1.18.0")), /is NGINX 1\.18\.0, Limpet needs 1\.19\.5 or newer/);
    await assert.rejects(find(modular("1.9.15")), /is NGINX 1\.9\.15, Limpet needs/);
    assert.equal(chmodSync(program("x"), 0o644), undefined);
    await assert.rejects(find(), /NGINX is missing/);
  });

  it("finds what the distribution installed", async () => {
    assert.match((await findNginx()).version, /^\d+\.\d+\.\d+/);
  });
});
