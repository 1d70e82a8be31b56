import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import fc from "fast-check";
import { Journal } from "./journal.ts";
import { encodeRecord } from "./journal-record.ts";
import type { Push } from "./push.ts";
import { readJournal, type StoredSnapshot } from "./read-journal.ts";

const LINEAGE = "0123456789abcdef0123456789abcdef";

function full(generation: number, record: Record<string, string>): Push {
  return { lineage: LINEAGE, base: 0, generation, full: true, changes: new Map(Object.entries(record)) };
}

function delta(base: number, record: Record<string, string | undefined>): Push {
  return { lineage: LINEAGE, base, generation: base + 1, full: false, changes: new Map(Object.entries(record)) };
}

function entriesOf(snapshot: StoredSnapshot | undefined): Record<string, string> | undefined {
  return snapshot && Object.fromEntries(snapshot.entries);
}

describe("Journal", () => {
  let folder: string;
  let path: string;
  let reports: string[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "limpet-"));
    path = join(folder, "snapshot.journal");
    reports = [];
  });

  afterEach(() => rm(folder, { recursive: true }));

  function open(compactAbove?: number): Promise<Journal> {
    const report = (message: string) => void reports.push(message);
    return Journal.open(path, compactAbove === undefined ? { report } : { report, compactAbove });
  }

  async function reopened(): Promise<StoredSnapshot | undefined> {
    const journal = await open();
    await journal.close();
    return journal.stored;
  }

  it("keeps who has checked all of it, through a compaction too", async () => {
    const journal = await open(0);
    void journal.append({ ...full(1, { settings: "s" }), checkedBy: "one" });
    void journal.append({ ...delta(1, { "host/a": "1" }), checkedBy: "one" });
    await journal.close();
    assert.equal((await reopened())?.checkedBy, "one");
    const other = await open();
    void other.append({ ...delta(2, { "host/a": "2" }), checkedBy: "another" });
    await other.close();
    assert.equal((await reopened())?.checkedBy, undefined);
  });

  it("starts empty where there is no file, and makes none by reading", async () => {
    assert.equal(await reopened(), undefined);
    await assert.rejects(stat(path), { code: "ENOENT" });
  });

  it("gives back what was appended, byte for byte", async () => {
    const journal = await open();
    const bytes = String.fromCharCode(...Array.from({ length: 256 }, (_, code) => code));
    void journal.append(full(3, { settings: "s", "host/a": "1" }));
    void journal.append(delta(3, { "host/a": undefined, "host/b": bytes }));
    await journal.close();
    const snapshot = await reopened();
    assert.equal(snapshot?.lineage, LINEAGE);
    assert.equal(snapshot.generation, 4);
    assert.deepEqual(entriesOf(snapshot), { settings: "s", "host/b": bytes });
    assert.deepEqual(reports, []);
  });

  it("is readable by its owner alone", async () => {
    const journal = await open();
    await journal.append(full(1, { settings: "s" }));
    await journal.close();
    assert.equal((await stat(path)).mode & 0o777, 0o600);
  });

  it("keeps appending after a restart", async () => {
    const first = await open();
    await first.append(full(1, { settings: "s" }));
    await first.close();
    const second = await open();
    await second.append(delta(1, { "host/a": "1" }));
    await second.close();
    assert.deepEqual(entriesOf(await reopened()), { settings: "s", "host/a": "1" });
  });

  it("compacts while running and loses nothing that is appended meanwhile", async () => {
    const journal = await open(1000);
    void journal.append(full(0, { settings: "s" }));
    for (let i = 0; i < 200; i++) void journal.append(delta(i, { "host/a": `${i}`.padStart(50) }));
    await journal.close();
    assert.ok(journal.length < 2000, `${journal.length} bytes`);
    const snapshot = await reopened();
    assert.equal(snapshot?.generation, 200);
    assert.deepEqual(entriesOf(snapshot), { settings: "s", "host/a": "199".padStart(50) });
  });

  it("compacts at the start when most of it is out of date", async () => {
    const journal = await open();
    void journal.append(full(0, { settings: "s" }));
    for (let i = 0; i < 50; i++) void journal.append(delta(i, { "host/a": `${i}` }));
    await journal.close();
    const before = (await stat(path)).size;
    const snapshot = await reopened();
    assert.ok((await stat(path)).size * 5 < before);
    assert.equal(snapshot?.generation, 50);
    assert.deepEqual(entriesOf(await reopened()), { settings: "s", "host/a": "49" });
  });

  it("says that its end is missing, uses what is before it, and goes on", async () => {
    const journal = await open();
    await journal.append(full(1, { settings: "s" }));
    await journal.append(delta(1, { "host/a": "1" }));
    await journal.close();
    await truncate(path, (await stat(path)).size - 1);
    const again = await open();
    assert.deepEqual(entriesOf(again.stored), { settings: "s" });
    assert.match(reports.join("\n"), /snapshot\.journal: the stored snapshot ends in the middle of a record/);
    await again.append(delta(1, { "host/b": "2" }));
    await again.close();
    reports = [];
    assert.deepEqual(entriesOf(await reopened()), { settings: "s", "host/b": "2" });
    assert.deepEqual(reports, []);
  });

  it("starts without a file of garbage, says so, and replaces it", async () => {
    await writeFile(path, "this is not a journal at all");
    const journal = await open();
    assert.equal(journal.stored, undefined);
    assert.match(reports.join("\n"), /is damaged from byte 0 on: 28 bytes are dropped, Limpet starts without it/);
    await journal.append(full(1, { settings: "s" }));
    await journal.close();
    assert.deepEqual(entriesOf(await reopened()), { settings: "s" });
  });

  it("reports a file that cannot be written, and writes it whole once it can", async () => {
    const journal = await open();
    await journal.append(full(1, { settings: "s" }));
    await rm(folder, { recursive: true });
    await journal.append(full(2, { settings: "t" }));
    assert.match(reports.join("\n"), /the snapshot is not written \(ENOENT/);
    await import("node:fs/promises").then(({ mkdir }) => mkdir(folder));
    await journal.append(delta(2, { "host/a": "1" }));
    await journal.close();
    assert.deepEqual(entriesOf(await reopened()), { settings: "t", "host/a": "1" });
  });

  it("holds nothing but whole records on disk", async () => {
    const journal = await open();
    await journal.append(full(1, { settings: "s" }));
    await journal.append(delta(1, { "host/a": "1" }));
    await journal.close();
    const expected = [encodeRecord(full(1, { settings: "s" })), encodeRecord(delta(1, { "host/a": "1" }))];
    assert.deepEqual(await readFile(path), Buffer.concat(expected));
  });
});

describe("readJournal", () => {
  const steps: readonly Push[] = [
    full(5, { settings: "s", "host/a": "1" }),
    delta(5, { "host/a": undefined, "host/b": "2" }),
    delta(6, { "host/c": "3" }),
  ];
  const states = [
    undefined,
    { settings: "s", "host/a": "1" },
    { settings: "s", "host/b": "2" },
    { settings: "s", "host/b": "2", "host/c": "3" },
  ];
  const records = steps.map(encodeRecord);
  const bytes = Buffer.concat(records);

  it("uses the whole records of a file that was cut off at any byte", () => {
    for (let length = 0; length <= bytes.length; length++) {
      let whole = 0;
      let good = 0;
      while (whole < records.length && good + (records[whole] as Buffer).length <= length) {
        good += (records[whole++] as Buffer).length;
      }
      const read = readJournal(bytes.subarray(0, length));
      assert.deepEqual(entriesOf(read.snapshot), states[whole], `cut at ${length}`);
      assert.equal(read.good, good);
      assert.equal(read.damage === "", good === length);
    }
  });

  it("never uses a record in which a byte is wrong", () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const wrong = Buffer.from(bytes);
        wrong[at] = (wrong[at] as number) ^ flip;
        const read = readJournal(wrong);
        let record = 0;
        for (let end = (records[0] as Buffer).length; end <= at; end += (records[++record] as Buffer).length);
        assert.deepEqual(entriesOf(read.snapshot), states[record]);
        assert.notEqual(read.damage, "");
      }),
    );
  });

  it("takes any bytes without an exception and finds no Snapshot in them", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (garbage) => {
        const read = readJournal(Buffer.from(garbage));
        assert.equal(read.snapshot, undefined);
        assert.equal(read.damage === "", garbage.length === 0);
      }),
    );
  });

  it("stops at a record that does not continue the one before it", () => {
    const read = readJournal(
      Buffer.concat([encodeRecord(full(1, { settings: "s" })), encodeRecord(delta(7, { x: "1" }))]),
    );
    assert.deepEqual(entriesOf(read.snapshot), { settings: "s" });
    assert.match(read.damage, /damaged/);
  });
});
