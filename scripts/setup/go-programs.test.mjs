// @ts-check
import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { afterEach, beforeEach, describe, it, test } from "node:test";
import { ROOT } from "./checkout.mjs";
import { cacheFolder, ensureGoPrograms, isOldGo, requiredVersion } from "./go-programs.mjs";

/** A `go` that notes its calls and writes what it was told to build. */
const GO = `#!/bin/sh
echo "$*" >> "$LOG"
[ "$1" = env ] && { echo "$GO_VERSION"; exit 0; }
echo example.com/some/package >&2
[ -z "$BROKEN" ] || { echo "main.go:1: no" >&2; exit 1; }
echo built > "$4tool"`;

describe("building programs from a Go module", () => {
  /** @type {string} */
  let root;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "limpet-go-"));
    mkdirSync(join(root, "bin"));
    writeFileSync(join(root, "bin", "go"), GO);
    chmodSync(join(root, "bin", "go"), 0o755);
    mkdirSync(join(root, "module"));
    writeFileSync(join(root, "module", "go.mod"), "require example.com/some v1.2.3\n");
    writeFileSync(join(root, "module", "go.sum"), "");
  });
  afterEach(() => rmSync(root, { recursive: true }));

  /** @param {NodeJS.ProcessEnv} [more] */
  const environment = (more) => ({
    PATH: `${join(root, "bin")}:/usr/bin:/bin`,
    XDG_CACHE_HOME: join(root, "cache"),
    LOG: join(root, "log"),
    GO_VERSION: "go1.26.8",
    ...more,
  });
  const module = () => ({
    folder: relative(ROOT, join(root, "module")),
    of: "example.com/some",
    packages: ["example.com/some/tool"],
    variables: (/** @type {(module: string) => { whole: string }} */ versionOf) => ({
      "example.com/some.version": versionOf("example.com/some").whole,
    }),
  });
  const cached = () => readdirSync(join(root, "cache", "limpet"));
  const builds = () =>
    readFileSync(join(root, "log"), "utf8")
      .split("\n")
      .filter((line) => line.startsWith("build"));

  it("happens once, with the version for the linker, into a folder of the cache", async () => {
    const folder = await ensureGoPrograms(module(), environment());
    assert.equal(await ensureGoPrograms(module(), environment()), folder);
    assert.equal(readFileSync(join(folder, "tool"), "utf8"), "built\n");
    assert.match(basename(folder), /^module-v1\.2\.3-[0-9a-f]{12}$/);
    assert.deepEqual(cached(), [basename(folder)]);
    assert.equal(builds().length, 1);
    assert.match(builds()[0] ?? "", /-X example\.com\/some\.version=v1\.2\.3 example\.com\/some\/tool$/);
  });

  it("happens again for other dependencies of the same version", async () => {
    const before = await ensureGoPrograms(module(), environment());
    writeFileSync(join(root, "module", "go.sum"), "example.com/other v2.0.0 h1:…\n");
    const after = await ensureGoPrograms(module(), environment());
    assert.notEqual(after, before);
    assert.equal(builds().length, 2);
  });

  it("may happen twice at once", async () => {
    const both = await Promise.all([0, 1].map(() => ensureGoPrograms(module(), environment())));
    assert.equal(both[0], both[1]);
    assert.deepEqual(cached(), [basename(both[0] ?? "")]);
    assert.equal(builds().length, 2);
  });

  it("leaves nothing behind when it fails", async () => {
    await assert.rejects(ensureGoPrograms(module(), environment({ BROKEN: "yes" })), /could not be built: see above/);
    assert.deepEqual(cached(), []);
  });

  it("removes what a killed run left days ago, and not what another is building", async () => {
    const cache = join(root, "cache", "limpet");
    for (const name of ["building-old", "building-new"]) mkdirSync(join(cache, name), { recursive: true });
    utimesSync(join(cache, "building-old"), 0, 0);
    await ensureGoPrograms(module(), environment());
    assert.equal(existsSync(join(cache, "building-old")), false);
    assert.equal(existsSync(join(cache, "building-new")), true);
  });

  it("says what is missing without Go, and with one that is too old", async () => {
    rmSync(join(root, "bin", "go"));
    const without = ensureGoPrograms(module(), environment({ PATH: join(root, "bin") }));
    await assert.rejects(without, /^Error: Go is missing\. Building tool v1\.2\.3 needs Go 1\.21 or newer/);
    writeFileSync(join(root, "bin", "go"), GO, { mode: 0o755 });
    const old = ensureGoPrograms(module(), environment({ GO_VERSION: "go1.19.8" }));
    await assert.rejects(old, /^Error: This machine's Go is go1\.19\.8\. Building tool v1\.2\.3 needs/);
  });
});

test("a version of Go is old before 1.21", () => {
  assert.equal(isOldGo("go1.20.14"), true);
  assert.equal(isOldGo("go1.21.0"), false);
  assert.equal(isOldGo("go1.26rc1"), false);
  assert.equal(isOldGo("devel go1.27-abcdef"), false);
});

test("the version of a module is the one that go.mod requires, not the one of a longer name or of a replacement", () => {
  const goMod =
    "require (\n\tk8s.io/api v0.1.2\n\tk8s.io/api/more v9.0.0\n)\nreplace k8s.io/more => k8s.io/more v3.0.0\n";
  assert.deepEqual(requiredVersion(goMod, "k8s.io/api"), { whole: "v0.1.2", major: "0", minor: "1" });
  assert.throws(() => requiredVersion(goMod, "k8s.io/more"), /requires no version/);
});

test("the cache is where XDG says, unless that is not absolute", () => {
  assert.equal(cacheFolder({ XDG_CACHE_HOME: "/var/cache" }), "/var/cache/limpet");
  assert.equal(cacheFolder({ XDG_CACHE_HOME: "cache" }), join(homedir(), ".cache", "limpet"));
  assert.equal(cacheFolder({}), join(homedir(), ".cache", "limpet"));
});
