// @ts-check
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { NGINX } from "./nginx.mjs";
import { hasCommand, installPackages } from "./packages.mjs";

const WANTS = "etc/systemd/system/multi-user.target.wants/nginx.service";
const RUN_LEVEL = "etc/rc2.d/S01nginx";
const POLICY = "usr/sbin/policy-rc.d";

/** What the package does when it is installed for the first time. */
const ENABLE = `mkdir -p "$ROOT/etc/systemd/system/multi-user.target.wants" "$ROOT/etc/rc2.d"
  ln -s /lib/systemd/system/nginx.service "$ROOT/${WANTS}"
  : > "$ROOT/${RUN_LEVEL}"`;

describe("installing the distribution's packages", () => {
  /** @type {string} */
  let root;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "limpet-machine-"));
    program("apt-get", `[ "$1" != install ] || { "$ROOT/${POLICY}"; echo "policy $?" >> "$ROOT/log"; ${ENABLE}; }`);
    program("deb-systemd-helper", `rm "$ROOT/${WANTS}"`);
    program("update-rc.d", `mv "$ROOT/${RUN_LEVEL}" "$ROOT/etc/rc2.d/K01nginx"`);
    write("var/lib/apt/lists/archive_Packages", "");
  });
  afterEach(() => rmSync(root, { recursive: true }));

  /**
   * @param {string} path
   * @param {string} text
   */
  function write(path, text) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }

  /**
   * A program of the machine; every call is noted.
   *
   * @param {string} name
   * @param {string} script
   */
  function program(name, script) {
    write(`bin/${name}`, `#!/bin/sh\necho "${name} $*" >> "$ROOT/log"\n${script}\n`);
    chmodSync(join(root, "bin", name), 0o755);
  }

  const machine = () => ({ root, env: { ROOT: root, PATH: `${root}/bin:/usr/bin:/bin` } });
  const calls = () => readFileSync(join(root, "log"), "utf8").trim().split("\n");
  const INSTALL = "apt-get install --yes --no-upgrade --no-install-recommends nginx libnginx-mod-http-lua";

  it("lets no service start meanwhile, and switches off what it enabled", () => {
    installPackages(machine(), NGINX);
    assert.deepEqual(calls(), [
      INSTALL,
      "policy 101",
      "update-rc.d nginx disable",
      "deb-systemd-helper disable nginx.service",
    ]);
    assert.equal(existsSync(join(root, POLICY)), false);
  });

  it("leaves a service enabled that was enabled before", () => {
    write(WANTS, "");
    write(RUN_LEVEL, "");
    program("apt-get", "");
    installPackages(machine(), NGINX);
    assert.deepEqual(calls(), [INSTALL]);
    assert.ok(existsSync(join(root, WANTS)));
  });

  it("puts the machine's own policy back as it was", () => {
    write(POLICY, "#!/bin/sh\nexit 104\n");
    chmodSync(join(root, POLICY), 0o750);
    installPackages(machine(), NGINX);
    assert.ok(calls().includes("policy 101"));
    assert.equal(readFileSync(join(root, POLICY), "utf8"), "#!/bin/sh\nexit 104\n");
    assert.equal(statSync(join(root, POLICY)).mode & 0o777, 0o750);
    assert.equal(existsSync(join(root, `${POLICY}.limpet-saved`)), false);
  });

  it("puts the policy back and switches the service off when apt-get fails", () => {
    write(POLICY, "own");
    program("apt-get", `[ "$1" != install ] || { ${ENABLE}; exit 100; }`);
    assert.throws(
      () => installPackages(machine(), NGINX),
      /^Error: apt-get could not install nginx and libnginx-mod-http-lua/,
    );
    assert.equal(readFileSync(join(root, POLICY), "utf8"), "own");
    assert.equal(existsSync(join(root, WANTS)), false);
  });

  it("puts back the policy that an interrupted run left aside", () => {
    program("apt-get", `cp "$ROOT/${POLICY}" "$ROOT/ours"`);
    installPackages(machine(), NGINX);
    write(`${POLICY}.limpet-saved`, "own");
    write(POLICY, readFileSync(join(root, "ours"), "utf8"));
    installPackages(machine(), NGINX);
    assert.equal(readFileSync(join(root, POLICY), "utf8"), "own");
  });

  it("fetches the package lists first where there are none", () => {
    rmSync(join(root, "var/lib/apt/lists"), { recursive: true });
    installPackages(machine(), NGINX);
    assert.deepEqual(calls().slice(0, 2), ["apt-get update", INSTALL]);
  });

  it("fetches the package lists and tries again when they are out of date", () => {
    program("apt-get", `[ "$1" != update ] && [ ! -e "$ROOT/fresh" ] && exit 100; : > "$ROOT/fresh"`);
    installPackages(machine(), NGINX);
    assert.deepEqual(calls(), [INSTALL, "apt-get update", INSTALL]);
  });

  it("falls back to systemctl where Debian's helper is missing", () => {
    program("deb-systemd-helper", "exit 127");
    program("systemctl", "");
    installPackages(machine(), NGINX);
    assert.ok(calls().includes("systemctl disable nginx.service"));
  });

  it("installs packages that bring no service as well", () => {
    program("apt-get", "");
    const { service: _, ...wanted } = NGINX;
    installPackages(machine(), wanted);
    assert.deepEqual(calls(), [INSTALL]);
  });

  it("knows whether a machine has a command", () => {
    assert.equal(hasCommand(machine(), "apt-get"), true);
    assert.equal(hasCommand(machine(), "no-such-command"), false);
  });
});
