import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import pino from "pino";
import type { NameChange } from "../names/resolved-name.ts";
import type { Problem } from "../problems/problem.ts";
import { ControlClient } from "../publish/control-client.ts";
import { FakeDataPlane } from "../publish/fake-data-plane.ts";
import { Publisher } from "../publish/publisher.ts";
import type { StoredSnapshot } from "../publish/read-journal.ts";
import type { NamedObject, ObjectChange, Source, SourceSink } from "../sources/source.ts";
import { FakeClock } from "../time/fake-clock.ts";
import { Controller, type Names } from "./controller.ts";

function problem(code: string): Problem {
  return {
    code,
    severity: "warning",
    object: "Ingress default/web",
    field: "",
    value: "",
    message: `${code}.`,
    hint: "",
  };
}

/** A change that the translation of these tests turns into one entry of its name. */
function change(name: string): ObjectChange {
  return { type: "deleted", kind: "Ingress", namespace: "default", name };
}

/** A name that was looked up; the translation of these tests turns it into one entry of its name too. */
function resolved(name: string): NameChange {
  return { type: "resolved", name, resolved: { ipv4: ["10.0.0.1"], ipv6: [] } };
}

/** Names that are settled when a test says so. */
class FakeNames extends EventEmitter<{ changed: [changes: readonly NameChange[]] }> implements Names {
  settled = true;
  followed: ReadonlySet<string> = new Set();
  /** What is known at once of names that are followed from now on. */
  remembered: readonly NameChange[] = [];

  follow(names: ReadonlySet<string>): readonly NameChange[] {
    if (names === this.followed) return [];
    this.followed = names;
    return this.remembered;
  }
}

interface MakeOptions {
  readonly openSource?: () => Source;
  readonly storedFirst?: boolean;
  readonly nameWaitMs?: number;
}

describe("Controller", () => {
  let folder: string;
  let dataPlane: FakeDataPlane;
  let client: ControlClient;
  let publisher: Publisher;
  let controller: Controller;
  let lines: Record<string, unknown>[];
  let failures: number;
  let sink: SourceSink | undefined;
  let stopped: number;
  let translated: readonly Problem[];
  let names: FakeNames;
  let needed: ReadonlySet<string>;
  let wanted: readonly NamedObject[];
  let clock: FakeClock;
  let wakeAt: number | undefined;
  /** How many changes each translation was given. */
  let batches: number[];
  /** When the translation was told the time, and when it wants to be told again. */
  let noted: number[];
  let nextTime: number;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "limpet-"));
    dataPlane = new FakeDataPlane(join(folder, "control.sock"));
    await dataPlane.start();
    client = new ControlClient(join(folder, "control.sock"));
    lines = [];
    failures = 0;
    sink = undefined;
    stopped = 0;
    translated = [];
    names = new FakeNames();
    needed = names.followed;
    wanted = [];
    clock = new FakeClock();
    wakeAt = undefined;
    batches = [];
    noted = [];
    nextTime = Number.POSITIVE_INFINITY;
  });

  afterEach(async () => {
    await controller.stop();
    publisher.stop();
    client.close();
    await dataPlane.stop();
    await rm(folder, { recursive: true });
  });

  function source(): Source {
    return {
      start: async (given) => {
        if (failures-- > 0) throw new Error("The folder is away.");
        sink = given;
        given.changed([change("first")]);
      },
      stop: async () => {
        stopped++;
      },
    };
  }

  function make(
    stored?: StoredSnapshot,
    { openSource = source, storedFirst = false, nameWaitMs = 60_000 }: MakeOptions = {},
  ): void {
    const log = pino({ level: "debug" }, { write: (line: string) => void lines.push(JSON.parse(line)) });
    publisher = new Publisher({ channel: client, journal: { append: async () => {} }, stored, firstRetryMs: 1 });
    const translation = {
      names: () => needed,
      apply: (changes: readonly (ObjectChange | NameChange)[]) => {
        batches.push(changes.length);
        return { changed: new Map(changes.map((one) => [(one as { name: string }).name, "entry"])) };
      },
      wakeAt: () => wakeAt,
      problems: () => translated,
      wanted: () => wanted,
      noteTime: (now: number) => {
        noted.push(now);
        return nextTime;
      },
    };
    const hasStored = stored !== undefined;
    const parts = { openSource, translation, names, publisher, log, hasStored, storedFirst };
    controller = new Controller({ ...parts, firstRetryMs: 1, nameWaitMs, clock });
  }

  /** Starts both ends; resolves once the data plane has what the source said first. */
  async function serve(): Promise<void> {
    publisher.connect();
    const accepted = once(publisher, "accepted");
    await controller.start();
    await accepted;
  }

  const STORED = { lineage: "a".repeat(32), generation: 3, entries: new Map([["stored", "entry"]]) };

  it("is ready once the data plane has what the source said", async () => {
    make();
    assert.equal(controller.readiness().ok, false);
    await controller.start();
    assert.equal(controller.readiness().ok, false);
    const accepted = once(publisher, "accepted");
    publisher.connect();
    await accepted;
    assert.deepEqual([controller.readiness().ok, controller.readiness().reason], [true, "ready"]);
    assert.deepEqual([...dataPlane.entries.keys()], ["first"]);
  });

  it("tells of Problems that come as time goes by, without any event", async () => {
    make();
    publisher.connect();
    const accepted = once(publisher, "accepted");
    const start = clock.date();
    nextTime = start + 90 * 60_000;
    await controller.start();
    await accepted;
    assert.deepEqual(noted, [start]);
    translated = [problem("test/expired")];
    // An hour later it is asked in any case, as the machine's date may have been put right.
    await clock.advance(89 * 60_000);
    assert.deepEqual(noted, [start, start + 60 * 60_000]);
    nextTime = Number.POSITIVE_INFINITY;
    await clock.advance(60_000);
    assert.equal(noted.at(-1), start + 90 * 60_000);
    assert.ok(lines.some((line) => line["problem"] === "test/expired"));
    assert.equal(clock.waiting, 0);
  });

  it("stays ready during changes, and is not ready any more when it stops", async () => {
    make();
    await serve();
    const next = once(publisher, "accepted");
    sink?.changed([change("second")]);
    assert.equal(controller.readiness().ok, true);
    await next;
    assert.deepEqual([...dataPlane.entries.keys()], ["first", "second"]);
    controller.leave();
    assert.deepEqual([controller.readiness().ok, controller.readiness().reason], [false, "stopping"]);
    const last = once(publisher, "accepted");
    sink?.changed([change("third")]);
    await last;
    controller.beginStop();
    sink?.changed([change("fourth")]);
    assert.deepEqual([...dataPlane.entries.keys()], ["first", "second", "third"]);
    await controller.stop();
    assert.equal(stopped, 1);
  });

  it("is ready without a push when the data plane has it all already", async () => {
    dataPlane.lineage = STORED.lineage;
    dataPlane.generation = 3;
    make({ ...STORED, entries: new Map([["first", "entry"]]) });
    await controller.start();
    const connected = once(publisher, "connected");
    publisher.connect();
    await connected;
    assert.equal(controller.readiness().ok, true);
    assert.equal(dataPlane.pushes.length, 0);
  });

  it("refuses to start with neither a source nor a stored Snapshot", async () => {
    failures = 1;
    make();
    await assert.rejects(controller.start(), {
      message: "The folder is away. There is no stored snapshot to serve meanwhile either.",
    });
  });

  it("serves the stored Snapshot while the source is away, says so, and takes the source when it comes", async () => {
    failures = 3;
    make(STORED);
    const accepted = once(publisher, "accepted");
    publisher.connect();
    await controller.start();
    await accepted;
    assert.deepEqual([...dataPlane.entries.keys()], ["stored"]);
    assert.match(controller.readiness().reason, /last good Snapshot: The folder is away\./);
    await once(publisher, "accepted");
    assert.deepEqual([...dataPlane.entries.keys()], ["first"]);
    assert.equal(controller.readiness().reason, "ready");
    assert.equal(lines.filter(({ msg }) => String(msg).includes("source cannot be opened")).length, 1);
  });

  /** A source that tries again by itself: a test says what it says, and when. */
  function patient(more: Partial<Source> = {}): { readonly source: Source; readonly delivered: () => void } {
    const { promise, resolve } = Promise.withResolvers<void>();
    const start = async (given: SourceSink) => {
      sink = given;
      given.failing?.("The API server is away.");
      await promise;
    };
    return {
      source: { start, stop: async () => void stopped++, connected: () => new Map([["Ingress", false]]), ...more },
      delivered: resolve,
    };
  }

  it("starts although its source cannot be read yet, serves what is stored, and tells the truth", async () => {
    const { source: away, delivered } = patient();
    make(STORED, { openSource: () => away });
    const accepted = once(publisher, "accepted");
    publisher.connect();
    await controller.start();
    await accepted;
    const { ok, reason } = controller.readiness();
    assert.deepEqual([ok, reason], [true, "ready with the last good Snapshot: The API server is away."]);
    assert.deepEqual([...controller.sources()], [["Ingress", false]]);
    const next = once(publisher, "accepted");
    sink?.failing?.("");
    sink?.changed([change("first")]);
    delivered();
    await next;
    assert.deepEqual([[...dataPlane.entries.keys()], controller.readiness().reason], [["first"], "ready"]);
    sink?.failing?.("The API server is away.");
    sink?.failing?.("It is away in another way.");
    assert.deepEqual([controller.readiness().ok, controller.readiness().reason], [true, "ready"]);
    assert.equal(lines.filter(({ level, failure }) => failure !== undefined && Number(level) >= 40).length, 2);
  });

  it("serves what is stored before it reads a source that takes long, and is ready with it", async () => {
    const begun = Promise.withResolvers<string[]>();
    const start = async () => begun.resolve([...dataPlane.entries.keys()]);
    make(STORED, { openSource: () => ({ ...source(), connected: () => new Map(), start }), storedFirst: true });
    await controller.start();
    const accepted = once(publisher, "accepted");
    publisher.connect();
    await accepted;
    assert.equal(controller.readiness().reason, "ready with the last good Snapshot: the source is being read");
    assert.deepEqual(await begun.promise, ["stored"]);
  });

  it("can be stopped while it waits for what is stored to be served", async () => {
    make(STORED, { storedFirst: true });
    await controller.start();
    await controller.stop();
    assert.deepEqual([sink, stopped], [undefined, 0]);
  });

  it("is not ready without anything stored, says why, and can be stopped", async () => {
    const { source: away } = patient();
    make(undefined, { openSource: () => away });
    publisher.connect();
    await controller.start();
    const { ok, reason } = controller.readiness();
    assert.deepEqual([ok, /not accepted a Snapshot yet: The API server is away\./.test(reason)], [false, true]);
    await controller.stop();
    assert.equal(stopped, 1);
  });

  it("pushes first when what the objects name has come too, and asks for it once", async () => {
    const asked: (readonly NamedObject[])[] = [];
    const found = Promise.withResolvers<void>();
    const want = async (named: readonly NamedObject[]) => {
      asked.push(named);
      await found.promise;
      sink?.changed([change("certificate")]);
    };
    make(undefined, { openSource: () => ({ ...source(), want }) });
    wanted = [{ kind: "Secret", namespace: "default", name: "certificate" }];
    publisher.connect();
    await controller.start();
    sink?.changed([change("second")]);
    assert.equal(dataPlane.pushes.length, 0);
    const accepted = once(publisher, "accepted");
    found.resolve();
    await accepted;
    assert.deepEqual([...dataPlane.entries.keys()], ["first", "second", "certificate"]);
    assert.deepEqual([dataPlane.pushes.length, asked], [1, [wanted]]);
  });

  it("holds later changes until what they name has been looked up, and tells of no Problem before", async () => {
    let found = Promise.withResolvers<void>();
    make(undefined, { openSource: () => ({ ...source(), want: () => found.promise }) });
    publisher.connect();
    const first = once(publisher, "accepted");
    found.resolve();
    await controller.start();
    await first;
    found = Promise.withResolvers();
    wanted = [{ kind: "Secret", namespace: "default", name: "certificate" }];
    translated = [problem("test/missing")];
    sink?.changed([change("second")]);
    sink?.changed([change("third")]);
    controller.rekeyed(new Map([["slots", "new"]]));
    assert.equal(dataPlane.pushes.length, 1);
    translated = [];
    const next = once(publisher, "accepted");
    found.resolve();
    await next;
    assert.deepEqual([...dataPlane.entries.keys()], ["first", "second", "third", "slots"]);
    assert.equal(dataPlane.pushes.length, 2);
    assert.ok(!lines.some((line) => line["problem"] === "test/missing"));
    found = Promise.withResolvers();
    wanted = [];
    translated = [problem("test/missing")];
    sink?.changed([change("fourth")]);
    const late = once(publisher, "accepted");
    // The API server does not answer.
    await clock.advance(1000);
    await late;
    assert.ok(dataPlane.entries.has("fourth"));
    assert.ok(lines.some((line) => line["problem"] === "test/missing"));
  });

  it("publishes what other keys change", async () => {
    make();
    await serve();
    const next = once(publisher, "accepted");
    controller.rekeyed(new Map([["slots", "new"]]));
    await next;
    assert.deepEqual([...dataPlane.entries.keys()], ["first", "slots"]);
  });

  it("gathers the Problems of all parts, and logs each once when it appears and once when it goes", async () => {
    make();
    await controller.start();
    translated = [problem("routes/one")];
    sink?.problems([problem("source/one")]);
    sink?.changed([change("second")]);
    assert.deepEqual(
      controller.problems().map(({ code }) => code),
      ["source/one", "routes/one"],
    );
    const logged = () =>
      lines.filter((line) => line.problem !== undefined).map(({ problem, level }) => [problem, level]);
    assert.deepEqual(logged(), [
      ["source/one", 40],
      ["routes/one", 40],
    ]);
    sink?.problems([]);
    assert.deepEqual(logged().at(-1), ["source/one", 20]);
    assert.equal(logged().length, 3);
  });

  it("publishes first when every name is known, with what the source said meanwhile", async () => {
    names.settled = false;
    needed = new Set(["api.example.org"]);
    make(STORED);
    publisher.connect();
    const stored = once(publisher, "accepted");
    await controller.start();
    await stored;
    sink?.changed([change("second")]);
    assert.deepEqual([...names.followed], ["api.example.org"]);
    assert.deepEqual([...dataPlane.entries.keys()], ["stored"]);
    assert.equal(controller.readiness().ok, false);
    const accepted = once(publisher, "accepted");
    names.settled = true;
    names.emit("changed", [resolved("api.example.org")]);
    await accepted;
    assert.deepEqual([...dataPlane.entries.keys()].sort(), ["api.example.org", "first", "second"]);
    assert.equal(controller.readiness().ok, true);
  });

  it("waits for names only so long", async () => {
    names.settled = false;
    make(undefined, { nameWaitMs: 1 });
    await serve();
    assert.deepEqual([...dataPlane.entries.keys()], ["first"]);
  });

  it("publishes what is remembered of a name together with what needs it", async () => {
    make();
    needed = new Set(["api.example.org"]);
    names.remembered = [resolved("api.example.org")];
    await serve();
    assert.deepEqual([...dataPlane.entries.keys()].sort(), ["api.example.org", "first"]);
    assert.equal(dataPlane.pushes.length, 1);
  });

  describe("a translation that has something to say later", () => {
    it("is asked again when it is time, and not before", async () => {
      make();
      wakeAt = 1000;
      await controller.start();
      assert.deepEqual(batches, [1]);
      await clock.advance(999);
      assert.deepEqual(batches, [1]);
      wakeAt = undefined;
      await clock.advance(1);
      assert.deepEqual([batches, clock.waiting], [[1, 0], 0]);
    });

    it("is waited for once, whatever changes meanwhile, and not after a stop", async () => {
      make();
      wakeAt = 1000;
      await controller.start();
      sink?.changed([change("second")]);
      sink?.changed([change("third")]);
      assert.equal(clock.waiting, 1);
      await controller.stop();
      assert.equal(clock.waiting, 0);
    });
  });
});
