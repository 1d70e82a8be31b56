import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { prepareStateDirectory } from "./state-directory.ts";

describe("the state directory", () => {
  let parent: string;
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), "limpet-state-"));
  });
  afterEach(() => rmSync(parent, { recursive: true }));

  const mode = (path: string) => statSync(path).mode & 0o777;

  it("is made with what is missing of its path, and only its owner enters the part with the sockets", () => {
    const before = process.umask(0o077);
    const directory = prepareStateDirectory(join(parent, "var", "state"));
    process.umask(before);
    assert.equal(mode(directory.path), 0o711);
    assert.equal(mode(directory.temporaryDirectory), 0o711);
    assert.equal(mode(directory.runDirectory), 0o700);
  });

  it("is used as it is when it is there, and made passable", () => {
    const path = join(parent, "state");
    mkdirSync(path, { mode: 0o700 });
    writeFileSync(join(path, "snapshot"), "kept");
    const directory = prepareStateDirectory(path);
    chmodSync(directory.runDirectory, 0o777);
    assert.deepEqual(prepareStateDirectory(path), directory);
    assert.equal(mode(path), 0o711);
    assert.equal(mode(directory.runDirectory), 0o700);
    assert.ok(existsSync(join(path, "snapshot")));
  });

  it("refuses a path that is no directory, naming it and the remedy", () => {
    const file = join(parent, "file");
    writeFileSync(file, "");
    for (const path of [file, join(file, "below")]) {
      assert.throws(() => prepareStateDirectory(path), {
        message: `The state directory ${path} is not a directory, or a part of its path is none: choose another with --state-dir`,
      });
    }
  });

  it("refuses a path that is too long for a unix socket", () => {
    const fits = join(parent, "d".repeat(107 - "/run/control.sock".length - parent.length - 1));
    assert.equal(Buffer.byteLength(prepareStateDirectory(fits).controlSocket), 107);
    const tooLong = `${fits}x`;
    assert.throws(() => prepareStateDirectory(tooLong), /too long for a unix socket \(108 bytes, at most 107\)/);
    assert.equal(existsSync(tooLong), false);
  });

  it("refuses control characters, which no configuration file can hold", () => {
    assert.throws(() => prepareStateDirectory(join(parent, "a\nb")), /control character/);
  });

  it("says that permission is missing", { skip: process.getuid?.() !== 0 && "only root can be another user" }, () => {
    chmodSync(parent, 0o755);
    const script = `import { prepareStateDirectory } from ${JSON.stringify(new URL("./state-directory.ts", import.meta.url).href)};
      process.setuid(65534);
      try { prepareStateDirectory(process.argv[1]); } catch (error) { console.log(error.message); }`;
    const args = ["--input-type=module", "-e", script, join(parent, "state")];
    const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
    assert.match(
      stdout,
      /^No permission for the state directory \S+state: run as its owner or as root, or choose another/,
    );
  });
});
