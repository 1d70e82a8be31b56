import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { FakeClock, settled } from "../../time/fake-clock.ts";
import type { ObjectChange } from "../source.ts";
import { Reflector } from "./reflector.ts";
import { everyObject } from "./resource.ts";
import { failure, rawService, TestApi } from "./test-api.ts";

const SERVICES = everyObject("Service");
const MINUTE = 60_000;

function told(changes: readonly ObjectChange[]): string[] {
  return changes.map((change) =>
    change.type === "set" ? `set ${change.object.metadata.name}` : `deleted ${change.name}`,
  );
}

describe("Reflector", () => {
  let api: TestApi;
  let clock: FakeClock;
  let reflector: Reflector;
  let changes: string[];
  let states: number;

  beforeEach(() => {
    api = new TestApi();
    api.objects.set(SERVICES.path, [rawService("a", 1), rawService("b", 2)]);
    clock = new FakeClock();
    changes = [];
    states = 0;
    reflector = new Reflector({
      ...{ client: api, resource: SERVICES, clock, random: () => 0 },
      changed: (more) => void changes.push(...told(more)),
      stateChanged: () => void states++,
    });
  });

  afterEach(() => reflector.stop());

  async function start(): Promise<void> {
    reflector.start();
    await settled();
  }

  /** Forgets what happened so far. */
  function forget(): void {
    changes.length = 0;
    api.lists.length = 0;
    api.watches.length = 0;
  }

  it("lists, and watches from the list's version on", async () => {
    await start();
    assert.deepEqual(changes, ["set a", "set b"]);
    assert.equal(reflector.connected, true);
    const query = api.watches[0]?.query ?? {};
    assert.equal(query.resourceVersion, "100");
    assert.equal(query.allowWatchBookmarks, "true");
    assert.deepEqual(api.lists[0]?.query, { limit: "500" });
  });

  it("spreads the time that its watches last", async () => {
    await start();
    assert.equal(api.watches[0]?.query?.timeoutSeconds, "300");
  });

  it("tells what differs: not the versions, nor what nobody uses", async () => {
    await start();
    forget();
    const stream = api.newestStream;
    stream.send("MODIFIED", { ...rawService("a", 101), status: { loadBalancer: { ingress: [{ ip: "10.9.9.9" }] } } });
    stream.send("MODIFIED", rawService("b", 102, { ports: [{ port: 81 }] }));
    stream.send("ADDED", rawService("c", 103));
    stream.send("DELETED", rawService("a", 104));
    await settled();
    assert.deepEqual(changes, ["set b", "set c", "deleted a"]);
  });

  it("goes on where it was when the server ends a watch", async () => {
    await start();
    api.newestStream.send("ADDED", rawService("c", 105));
    api.newestStream.send("BOOKMARK", { metadata: { resourceVersion: "120" } });
    await clock.advance(5 * MINUTE);
    forget();
    api.newestStream.end();
    await settled();
    assert.deepEqual([api.lists.length, api.watches[0]?.query?.resourceVersion, changes], [0, "120", []]);
    assert.equal(reflector.connected, true);
  });

  it("is not led back by a bookmark or an event that was overtaken", async () => {
    await start();
    api.newestStream.send("BOOKMARK", { metadata: { resourceVersion: "1000" } });
    api.newestStream.send("BOOKMARK", { metadata: { resourceVersion: "999" } });
    api.newestStream.send("MODIFIED", rawService("a", 998, { ports: [{ port: 82 }] }));
    api.newestStream.send("MODIFIED", rawService("a", 997, { ports: [{ port: 83 }] }));
    await clock.advance(MINUTE);
    const [a] = [...reflector.objects()].filter(({ metadata }) => metadata.name === "a");
    assert.equal(a?.kind === "Service" && a.ports[0]?.port, 82);
    forget();
    api.newestStream.end();
    await settled();
    assert.equal(api.watches[0]?.query?.resourceVersion, "1000");
  });

  it("lists once, and at once, when its history is forgotten; only real differences are told", async () => {
    await start();
    await clock.advance(MINUTE);
    forget();
    api.objects.set(SERVICES.path, [rawService("a", 1), rawService("c", 5)]);
    api.version = 200;
    api.newestStream.send("ERROR", { kind: "Status", code: 410, reason: "Expired", message: "too old" });
    await settled();
    assert.deepEqual(changes, ["deleted b", "set c"]);
    assert.deepEqual([api.lists.length, api.watches.length, api.watches[0]?.query?.resourceVersion], [1, 1, "200"]);
    assert.equal(reflector.connected, true);
  });

  it("does not storm a server that answers every watch with 410", async () => {
    await start();
    await clock.advance(MINUTE);
    forget();
    api.refuseWatch = () => failure(410, "Expired");
    api.newestStream.fail(failure(410, "Expired"));
    await clock.advance(10 * MINUTE);
    assert.ok(api.lists.length <= 50, `${api.lists.length} lists in ten minutes`);
    assert.deepEqual(changes, []);
    assert.equal(reflector.connected, false);
  });

  it("lists once after a long outage that ends with 410, without waiting again", async () => {
    await start();
    await clock.advance(MINUTE);
    api.refuseWatch = () => new Error("The API server is away.");
    api.answerList = () => Promise.reject(new Error("The API server is away."));
    api.newestStream.fail(new Error("reset"));
    await clock.advance(10 * MINUTE);
    assert.equal(reflector.failure?.message, "The API server is away.");
    assert.equal([...reflector.objects()].length, 2);
    forget();
    let refusals = 0;
    api.refuseWatch = () => (refusals++ === 0 ? failure(410, "Expired") : undefined);
    api.answerList = async ({ path }) => api.page(path);
    await clock.advance(15_000);
    assert.deepEqual([api.lists.length, api.watches.length, changes], [1, 2, []]);
    assert.deepEqual([reflector.failure, reflector.connected], [undefined, true]);
  });

  it("waits longer and longer, by chance less than told", async () => {
    api.answerList = () => Promise.reject(failure(500, "InternalError"));
    const times: number[] = [];
    api.on("list", () => void times.push(clock.now()));
    await start();
    await clock.advance(MINUTE);
    const waits = times.slice(1).map((time, i) => time - (times[i] as number));
    assert.deepEqual(waits.slice(0, 8), [250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000]);
  });

  it("waits as long as the server asks", async () => {
    let refusals = 0;
    api.answerList = async ({ path }) => {
      if (refusals++ === 0) throw failure(429, "TooManyRequests", 30);
      return api.page(path);
    };
    await start();
    await clock.advance(29_999);
    assert.equal(api.lists.length, 1);
    await clock.advance(1);
    assert.equal(api.lists.length, 2);
  });

  it("takes a list only as a whole: what a broken one lacks is not gone", async () => {
    await start();
    await clock.advance(MINUTE);
    forget();
    let pages = 0;
    api.answerList = async ({ path }) => {
      if (pages++ === 0) return api.page(path, [rawService("a", 1), rawService("c", 9)], "more");
      throw new Error("The answer was cut off.");
    };
    api.newestStream.fail(failure(410, "Expired"));
    await settled();
    assert.deepEqual([api.lists.length, changes], [2, []]);
    api.answerList = async ({ path }) => api.page(path, [rawService("b", 2), rawService("c", 9)]);
    await clock.advance(1000);
    assert.deepEqual(changes, ["deleted a", "set c"]);
  });

  it("takes nothing away by a list with an item that cannot be told", async () => {
    await start();
    await clock.advance(MINUTE);
    forget();
    api.answerList = async ({ path }) => api.page(path, [rawService("a", 1), { spec: {} }]);
    api.newestStream.fail(failure(410, "Expired"));
    await settled();
    assert.deepEqual([api.lists.length, changes], [1, []]);
  });

  it("takes nothing away by an answer that is no list", async () => {
    await start();
    await clock.advance(MINUTE);
    forget();
    api.answerList = async () => ({ metadata: { resourceVersion: "300" } });
    api.newestStream.fail(failure(410, "Expired"));
    await settled();
    assert.match(reflector.failure?.message ?? "", /not a whole list/);
    assert.deepEqual(changes, []);
  });

  it("begins a list anew when the server forgets it half-way", async () => {
    const tokens: (string | undefined)[] = [];
    api.answerList = async ({ path, query }) => {
      tokens.push(query?.continue);
      if (tokens.length === 1) return api.page(path, [rawService("old", 1)], "half");
      if (tokens.length === 2) throw failure(410, "Expired");
      return api.page(path);
    };
    await start();
    assert.deepEqual(tokens, [undefined, "half", undefined]);
    assert.deepEqual(changes, ["set a", "set b"]);
  });

  it("reads all pages", async () => {
    api.answerList = async ({ path, query }) =>
      query?.continue === undefined
        ? api.page(path, [rawService("a", 1)], "page 2")
        : api.page(path, [rawService("b", 2)]);
    await start();
    assert.deepEqual(changes, ["set a", "set b"]);
    assert.equal(api.lists[1]?.query?.continue, "page 2");
  });

  it("asks anew when the server has been silent for longer than it ever is", async () => {
    await start();
    await clock.advance(2 * MINUTE);
    api.newestStream.send("BOOKMARK", { metadata: { resourceVersion: "150" } });
    await clock.advance(2 * MINUTE);
    assert.equal(api.watches.length, 1);
    await clock.advance(MINUTE);
    assert.deepEqual([api.lists.length, api.watches.length, api.watches[1]?.query?.resourceVersion], [1, 2, "150"]);
    assert.equal(reflector.connected, true);
  });

  it("goes on from the last whole event after a cut-off line, and past what can never be read by a list", async () => {
    await start();
    await clock.advance(MINUTE);
    api.newestStream.send("ADDED", rawService("c", 130));
    api.newestStream.line('{"type":"ADDED","object":{"metada');
    await settled();
    forget();
    let watchesBefore = 0;
    api.on("watch", (stream) => stream.line("{"));
    api.once("list", () => {
      watchesBefore = api.watches.length;
      api.removeAllListeners("watch");
    });
    await clock.advance(MINUTE);
    const versions = api.watches.map(({ query }) => query?.resourceVersion);
    assert.deepEqual([watchesBefore, versions], [3, ["130", "130", "130", "100"]]);
    assert.equal(api.lists.length, 1);
  });

  it("does not ask in a loop when watches end as soon as they begin", async () => {
    await start();
    api.on("watch", (stream) => stream.end());
    api.newestStream.end();
    await clock.advance(MINUTE);
    assert.ok(api.watches.length < 20, `${api.watches.length} watches in a minute`);
  });

  it("leaves an object of the wrong shape out, says so, and takes it up when it is right again", async () => {
    await start();
    forget();
    api.newestStream.send("MODIFIED", { ...rawService("a", 110), spec: 7 });
    await settled();
    assert.deepEqual(changes, ["deleted a"]);
    assert.equal(reflector.problems()[0]?.object, "Service default/a");
    api.newestStream.send("MODIFIED", rawService("a", 111));
    await settled();
    assert.deepEqual([changes, reflector.problems()], [["deleted a", "set a"], []]);
  });

  it("leaves nothing behind when it stops, wherever it is", async () => {
    await start();
    await reflector.stop();
    assert.equal(clock.waiting, 0);
    assert.equal(reflector.connected, false);
  });
});
