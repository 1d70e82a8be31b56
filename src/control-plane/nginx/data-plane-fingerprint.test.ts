import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { dataPlaneFingerprint } from "./data-plane-fingerprint.ts";

test("a fingerprint follows the names and the contents of the Lua and nothing else", () => {
  const folder = mkdtempSync(join(tmpdir(), "limpet-lua-"));
  try {
    mkdirSync(join(folder, "affinity"));
    writeFileSync(join(folder, "affinity", "decide.lua"), "return 1");
    const first = dataPlaneFingerprint(folder);
    assert.match(first, /^[0-9a-f]+$/);
    writeFileSync(join(folder, ".sources"), "another file");
    assert.equal(dataPlaneFingerprint(folder), first);
    writeFileSync(join(folder, "affinity", "decide.lua"), "return 2");
    const changed = dataPlaneFingerprint(folder);
    assert.notEqual(changed, first);
    renameSync(join(folder, "affinity", "decide.lua"), join(folder, "affinity", "resolve.lua"));
    assert.notEqual(dataPlaneFingerprint(folder), changed);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
