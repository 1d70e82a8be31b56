import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { NameMemory } from "./name-memory.ts";
import type { ResolvedName } from "./resolved-name.ts";

const API: ResolvedName = { ipv4: ["192.0.2.1"], ipv6: ["2001:db8::1"] };

describe("the memory of names", () => {
  let folder: string;
  let path: string;
  let reports: string[];
  const report = (message: string) => void reports.push(message);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "limpet-names-"));
    path = join(folder, "names.json");
    reports = [];
  });

  afterEach(() => rm(folder, { recursive: true }));

  it("gives the next run the addresses of the last note, without failures and what has none", async () => {
    const memory = await NameMemory.open(path, report);
    assert.equal(memory.remembered.size, 0);
    memory.note(new Map([["old", API]]));
    memory.note(new Map([["older", API]]));
    memory.note(
      new Map([
        ["api", { ...API, failure: "no DNS server answers" }],
        ["nothing", { ipv4: [], ipv6: [], failure: "x" }],
      ]),
    );
    await memory.close();
    assert.deepEqual([...(await NameMemory.open(path, report)).remembered], [["api", API]]);
    assert.deepEqual(reports, []);
  });

  it("begins anew where the file is broken, says so, and mends it", async () => {
    for (const text of ["{", "[]", '{"api":{"ipv4":["not an address"],"ipv6":[]}}', '{"api":{"ipv4":["192.0.2.1"]}}']) {
      reports = [];
      await writeFile(path, text);
      const memory = await NameMemory.open(path, report);
      assert.equal(memory.remembered.size, 0);
      assert.equal(reports.length, 1);
      memory.note(new Map([["api", API]]));
      await memory.close();
      assert.deepEqual(JSON.parse(await readFile(path, "utf8")), { api: API });
    }
  });

  it("reports what cannot be written, and goes on", async () => {
    const memory = await NameMemory.open(join(folder, "missing", "names.json"), report);
    memory.note(new Map([["api", API]]));
    await memory.close();
    assert.match(reports.join(), /cannot be written \(ENOENT\)/);
  });
});
