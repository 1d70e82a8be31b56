import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { loadKeys } from "./keys.ts";

describe("loadKeys", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "limpet-"));
  });

  afterEach(() => rm(folder, { recursive: true }));

  it("makes a key that nobody else may read, and keeps it", async () => {
    const keys = await loadKeys(join(folder, "keys"));
    assert.equal(keys.current.length, 32);
    assert.equal(keys.former, undefined);
    assert.equal((await stat(join(folder, "keys", "current"))).mode & 0o777, 0o600);
    assert.deepEqual(await readdir(join(folder, "keys")), ["current"]);
    assert.deepEqual(await loadKeys(join(folder, "keys")), keys);
  });

  it("gives all who start at once the same key", async () => {
    const [first, ...others] = await Promise.all([loadKeys(folder), loadKeys(folder), loadKeys(folder)]);
    for (const other of others) assert.deepEqual(other, first);
  });

  it("reads the former key of a rotation", async () => {
    const before = await loadKeys(folder);
    await rename(join(folder, "current"), join(folder, "former"));
    const after = await loadKeys(folder);
    assert.deepEqual(after.former, before.current);
    assert.notDeepEqual(after.current, before.current);
  });

  it("refuses a file that is no key and leaves it as it is", async () => {
    await writeFile(join(folder, "current"), "short");
    await assert.rejects(loadKeys(folder), /holds 5 bytes instead of 32: restore it, or remove it/);
    assert.equal(await readFile(join(folder, "current"), "utf8"), "short");
  });
});
