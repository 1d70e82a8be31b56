import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { ControlClient } from "./control-client.ts";
import { FakeDataPlane } from "./fake-data-plane.ts";
import { Publisher } from "./publisher.ts";
import type { Push } from "./push.ts";
import type { StoredSnapshot } from "./read-journal.ts";

const LINEAGE = "0123456789abcdef0123456789abcdef";

function changes(record: Record<string, string | undefined>): Map<string, string | undefined> {
  return new Map(Object.entries(record));
}

function stored(generation: number, record: Record<string, string>): StoredSnapshot {
  return { lineage: LINEAGE, generation, entries: new Map(Object.entries(record)) };
}

describe("Publisher", () => {
  let folder: string;
  let dataPlane: FakeDataPlane;
  let client: ControlClient;
  let publisher: Publisher;
  let journal: Push[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "limpet-"));
    dataPlane = new FakeDataPlane(join(folder, "control.sock"));
    await dataPlane.start();
    client = new ControlClient(join(folder, "control.sock"));
    publisher = make(undefined);
  });

  afterEach(async () => {
    publisher.stop();
    client.close();
    await dataPlane.stop();
    await rm(folder, { recursive: true });
  });

  function make(from: StoredSnapshot | undefined): Publisher {
    journal = [];
    const log = { append: async (push: Push) => void journal.push(push) };
    const retry = { firstRetryMs: 1, lastRetryMs: 5 };
    return new Publisher({ channel: client, journal: log, stored: from, fingerprint: "own", ...retry });
  }

  /** Takes a first Snapshot up. */
  async function begin(record: Record<string, string>): Promise<void> {
    const accepted = once(publisher, "accepted");
    publisher.connect();
    publisher.replace(changes(record));
    await accepted;
  }

  function holds(record: Record<string, string>): void {
    assert.deepEqual(Object.fromEntries(dataPlane.entries), record);
    assert.deepEqual(Object.fromEntries(publisher.served), record);
  }

  it("sends everything to an empty data plane, and only changes after that", async () => {
    await begin({ settings: "s", "host/a": "1" });
    const accepted = once(publisher, "accepted");
    publisher.update(changes({ "host/a": undefined, "host/b": "é".normalize("NFC") }));
    await accepted;
    holds({ settings: "s", "host/b": "é" });
    assert.deepEqual(
      dataPlane.pushes.map((push) => [push.full, push.changes.size]),
      [
        [true, 2],
        [false, 2],
      ],
    );
    assert.equal(publisher.settled, true);
  });

  it("puts every accepted push into the journal under the data plane's own generation", async () => {
    dataPlane.generation = 40;
    await begin({ settings: "s" });
    assert.deepEqual(
      journal.map((push) => [push.full, push.generation, push.lineage]),
      [[true, 41, dataPlane.lineage]],
    );
  });

  it("sends nothing for a change that changes nothing", async () => {
    await begin({ settings: "s" });
    const before = dataPlane.requests;
    publisher.update(changes({ settings: "s", "host/none": undefined }));
    const accepted = once(publisher, "accepted");
    publisher.update(changes({ "host/a": "1" }));
    await accepted;
    assert.equal(dataPlane.requests, before + 1);
    assert.equal(dataPlane.pushes.at(-1)?.changes.size, 1);
  });

  it("takes all that gathered during a push into the next one", async () => {
    await begin({ settings: "s" });
    const gate = Promise.withResolvers<void>();
    dataPlane.gate = gate.promise;
    const first = once(publisher, "accepted");
    publisher.update(changes({ "host/a": "1" }));
    for (let i = 0; i < 50; i++) publisher.update(changes({ "host/b": `${i}` }));
    publisher.update(changes({ "host/c": "1" }));
    gate.resolve();
    await first;
    await once(publisher, "accepted");
    holds({ settings: "s", "host/a": "1", "host/b": "49", "host/c": "1" });
    assert.equal(dataPlane.pushes.length, 3);
  });

  it("sends the whole Snapshot after a data plane came back empty", async () => {
    await begin({ settings: "s" });
    await dataPlane.restart();
    const accepted = once(publisher, "accepted");
    publisher.connect();
    await accepted;
    holds({ settings: "s" });
    assert.equal(dataPlane.pushes.at(-1)?.full, true);
  });

  it("waits for a data plane that is away, and says so once", async () => {
    await begin({ settings: "s" });
    await dataPlane.stop();
    let losses = 0;
    publisher.on("lost", () => losses++);
    const lost = once(publisher, "lost");
    publisher.update(changes({ "host/a": "1" }));
    await lost;
    const accepted = once(publisher, "accepted");
    await dataPlane.restart();
    await accepted;
    holds({ settings: "s", "host/a": "1" });
    assert.equal(losses, 1);
  });

  it("sends a push again that was lost on its way", async () => {
    await begin({ settings: "s" });
    dataPlane.faults.push("lose");
    const accepted = once(publisher, "accepted");
    publisher.update(changes({ "host/a": "1" }));
    await accepted;
    holds({ settings: "s", "host/a": "1" });
    assert.deepEqual(
      dataPlane.pushes.map((push) => push.full),
      [true, false],
    );
  });

  it("notices that a push was taken although its answer was lost", async () => {
    await begin({ settings: "s" });
    dataPlane.faults.push("take-and-lose");
    const accepted = once(publisher, "accepted");
    publisher.update(changes({ "host/a": "1" }));
    await accepted;
    holds({ settings: "s", "host/a": "1" });
    assert.equal(dataPlane.pushes.length, 2);
    assert.equal(journal.length, 2);
  });

  it("sends everything when the data plane turns out to hold something else", async () => {
    await begin({ settings: "s" });
    dataPlane.generation += 5;
    const accepted = once(publisher, "accepted");
    publisher.update(changes({ "host/a": "1" }));
    await accepted;
    holds({ settings: "s", "host/a": "1" });
    assert.equal(dataPlane.pushes.at(-1)?.full, true);
    assert.equal(publisher.refusals.get("base"), 1);
  });

  it("keeps what is served when a push does not fit, and tries again with the next change only", async () => {
    await begin({ settings: "s" });
    dataPlane.faults.push("memory");
    const refused = once(publisher, "refused");
    publisher.update(changes({ "host/large": "x" }));
    assert.deepEqual(await refused, [{ reason: "memory", detail: "too large" }]);
    holds({ settings: "s" });
    assert.equal(publisher.problems()[0]?.code, "publish/does-not-fit");
    const requests = dataPlane.requests;
    publisher.update(changes({ "host/large": "x" }));
    const accepted = once(publisher, "accepted");
    publisher.update(changes({ "host/large": undefined, "host/a": "1" }));
    await accepted;
    assert.equal(dataPlane.requests, requests + 1);
    holds({ settings: "s", "host/a": "1" });
    assert.deepEqual(publisher.problems(), []);
    assert.equal(publisher.refusals.get("memory"), 1);
  });

  it("tries at once when a change came while a push was being refused", async () => {
    await begin({ settings: "s" });
    const gate = Promise.withResolvers<void>();
    dataPlane.gate = gate.promise;
    dataPlane.faults.push("memory");
    publisher.update(changes({ "host/large": "x" }));
    const accepted = once(publisher, "accepted");
    publisher.update(changes({ "host/large": "y" }));
    gate.resolve();
    await accepted;
    holds({ settings: "s", "host/large": "y" });
  });

  it("says that a push was malformed and goes on with the next change", async () => {
    await begin({ settings: "s" });
    dataPlane.faults.push("malformed");
    const refused = once(publisher, "refused");
    publisher.update(changes({ "host/a": "1" }));
    await refused;
    assert.equal(publisher.problems()[0]?.code, "publish/malformed");
  });

  it("serves the journal's Snapshot before the source has spoken", async () => {
    publisher = make(stored(7, { settings: "old", "host/a": "1" }));
    const accepted = once(publisher, "accepted");
    publisher.connect();
    await accepted;
    holds({ settings: "old", "host/a": "1" });
  });

  it("does not count the journal's Snapshot as served before the data plane has said what it holds", async () => {
    publisher = make(stored(7, { settings: "s" }));
    const connected = once(publisher, "connected");
    publisher.connect();
    const before = publisher.serving;
    await connected;
    assert.deepEqual([before, publisher.serving], [false, false]);
    await once(publisher, "accepted");
    assert.equal(publisher.serving, true);
  });

  describe("that has encoded ahead what is stored", () => {
    beforeEach(() => {
      publisher = make(stored(7, { settings: "s", "host/a": "1" }));
      publisher.encodeAhead();
    });

    async function connect(): Promise<void> {
      const accepted = once(publisher, "accepted");
      publisher.connect();
      await accepted;
    }

    it("sends it to a data plane that holds nothing", async () => {
      await connect();
      holds({ settings: "s", "host/a": "1" });
      assert.deepEqual(
        dataPlane.pushes.map((push) => [push.full, push.generation]),
        [[true, 8]],
      );
    });

    it("sends what is desired instead when that has changed meanwhile", async () => {
      publisher.update(changes({ "host/a": undefined, "host/b": "2" }));
      await connect();
      holds({ settings: "s", "host/b": "2" });
    });

    it("sends it again when it was lost, with what has come since", async () => {
      dataPlane.faults.push("lose");
      const lost = once(publisher, "lost");
      publisher.connect();
      await lost;
      const accepted = once(publisher, "accepted");
      publisher.update(changes({ "host/b": "2" }));
      await accepted;
      holds({ settings: "s", "host/a": "1", "host/b": "2" });
    });

    it("leaves a data plane alone that has a history of its own", async () => {
      dataPlane.lineage = "f".repeat(32);
      dataPlane.generation = 9;
      const connected = once(publisher, "connected");
      publisher.connect();
      await connected;
      assert.equal(dataPlane.pushes.length, 0);
      const accepted = once(publisher, "accepted");
      publisher.replace(changes({ settings: "new" }));
      await accepted;
      holds({ settings: "new" });
    });
  });

  describe("says who has checked", () => {
    async function firstPush(from: StoredSnapshot, update: Record<string, string | undefined> = {}): Promise<Push> {
      publisher = make(from);
      publisher.update(changes(update));
      const accepted = once(publisher, "accepted");
      publisher.connect();
      await accepted;
      return dataPlane.pushes.at(-1) as Push;
    }

    it("a Snapshot that is sent as it was stored", async () => {
      const snapshot = stored(7, { settings: "s" });
      assert.equal((await firstPush({ ...snapshot, checkedBy: "own" })).checkedBy, "own");
      publisher.stop();
      await dataPlane.restart();
      assert.equal((await firstPush({ ...snapshot, checkedBy: "an older one" })).checkedBy, "an older one");
    });

    it("nobody where something has changed, or where nobody knows", async () => {
      const snapshot = { ...stored(7, { settings: "s" }), checkedBy: "own" };
      assert.equal((await firstPush(snapshot, { "host/a": "1" })).checkedBy, undefined);
      publisher.stop();
      await dataPlane.restart();
      assert.equal((await firstPush(stored(7, { settings: "s" }))).checkedBy, undefined);
    });

    it("what the journal gets: the data plane that took it, where it has checked the rest as well", async () => {
      await firstPush({ ...stored(7, { settings: "s" }), checkedBy: "an older one" });
      const accepted = once(publisher, "accepted");
      publisher.update(changes({ "host/a": "1" }));
      await accepted;
      assert.deepEqual(
        journal.map((push) => [push.full, push.checkedBy]),
        [
          [true, "own"],
          [false, "own"],
        ],
      );
    });

    it("nobody for a change of what another data plane has checked", async () => {
      dataPlane.lineage = LINEAGE;
      dataPlane.generation = 7;
      const { checkedBy } = await firstPush({ ...stored(7, { settings: "s" }), checkedBy: "an older one" }, { a: "1" });
      assert.equal(checkedBy, undefined);
      assert.deepEqual(
        journal.map((push) => [push.full, push.checkedBy]),
        [[false, undefined]],
      );
    });
  });

  it("takes up where a controller before it stopped: only the difference is sent", async () => {
    dataPlane.lineage = LINEAGE;
    dataPlane.generation = 7;
    dataPlane.entries.set("settings", "s").set("host/a", "1");
    publisher = make(stored(7, { settings: "s", "host/a": "1" }));
    const connected = once(publisher, "connected");
    publisher.connect();
    await connected;
    const accepted = once(publisher, "accepted");
    publisher.replace(changes({ settings: "s", "host/b": "2" }));
    await accepted;
    holds({ settings: "s", "host/b": "2" });
    assert.deepEqual(
      dataPlane.pushes.map((push) => [push.full, push.base]),
      [[false, 7]],
    );
  });

  it("leaves a live data plane alone that is ahead of the journal, until the source has spoken", async () => {
    dataPlane.lineage = LINEAGE;
    dataPlane.generation = 9;
    dataPlane.entries.set("settings", "newer");
    publisher = make(stored(7, { settings: "older" }));
    const connected = once(publisher, "connected");
    publisher.connect();
    await connected;
    assert.equal(dataPlane.pushes.length, 0);
    assert.equal(publisher.serving, false);
    const accepted = once(publisher, "accepted");
    publisher.replace(changes({ settings: "newest" }));
    await accepted;
    holds({ settings: "newest" });
  });
});
