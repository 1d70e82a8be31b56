import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { ApiEmulator } from "./api-emulator.ts";
import type { EmulatorOptions } from "./emulator-options.ts";
import { call, INGRESSES, ingressNamed, TestWatch, WEB } from "./test-client.ts";

const FROM_NOW = `${INGRESSES}?watch=1&resourceVersion=`;

describe("a watch", () => {
  let api: ApiEmulator;
  beforeEach(async () => {
    api = await ApiEmulator.start();
  });
  afterEach(() => api.stop());

  async function restart(options: EmulatorOptions): Promise<void> {
    await api.stop();
    api = await ApiEmulator.start(options);
  }

  it("tells what is created, changed and deleted, in order, with kinds and versions", async () => {
    const watch = await TestWatch.open(api, FROM_NOW + api.resourceVersion);
    api.apply(ingressNamed("a"));
    api.apply(ingressNamed("a", { spec: { ingressClassName: "nginx" } }));
    api.delete("ingresses", "default", "a");
    const events = [await watch.next(), await watch.next(), await watch.next()];
    assert.deepEqual(
      events.map(({ type, object }) => [type, object.kind, object.apiVersion, object.metadata.resourceVersion]),
      [
        ["ADDED", "Ingress", "networking.k8s.io/v1", "2"],
        ["MODIFIED", "Ingress", "networking.k8s.io/v1", "3"],
        ["DELETED", "Ingress", "networking.k8s.io/v1", "4"],
      ],
    );
    assert.deepEqual(events[2]?.object["spec"], { ingressClassName: "nginx" });
  });

  it("goes on after the resourceVersion that it names", async () => {
    api.apply(ingressNamed("a"));
    const { metadata } = (await call(api, "GET", INGRESSES)).json() as { metadata: { resourceVersion: string } };
    api.apply(ingressNamed("b"));
    api.apply(ingressNamed("c"));
    const watch = await TestWatch.open(api, FROM_NOW + metadata.resourceVersion);
    assert.deepEqual(await watch.names(2), ["ADDED b", "ADDED c"]);
  });

  it("begins with everything when it names no version, or 0", async () => {
    api.apply(ingressNamed("a"));
    for (const path of [`${INGRESSES}?watch=1`, `${FROM_NOW}0`]) {
      const watch = await TestWatch.open(api, path);
      assert.deepEqual(await watch.names(1), ["ADDED a"]);
    }
  });

  it("hears of its own resource and namespace only", async () => {
    const watch = await TestWatch.open(api, `${WEB}?watch=true&resourceVersion=1`);
    api.apply({ apiVersion: "v1", kind: "Service", metadata: { name: "s" } });
    api.apply(ingressNamed("elsewhere", { metadata: { namespace: "other" } }));
    api.apply(ingressNamed("here"));
    assert.deepEqual(await watch.names(1), ["ADDED here"]);
  });

  it("adds and deletes what begins and ceases to match its selector", async () => {
    const watch = await TestWatch.open(api, `${FROM_NOW}1&labelSelector=tier%3Dfront`);
    api.apply(ingressNamed("a"));
    api.apply(ingressNamed("a", { metadata: { labels: { tier: "front" } } }));
    api.apply(ingressNamed("a", { metadata: { labels: { tier: "front" } }, spec: { x: 1 } }));
    api.apply(ingressNamed("a", { metadata: { labels: { tier: "back" } } }));
    const events = [await watch.next(), await watch.next(), await watch.next()];
    assert.deepEqual(
      events.map(({ type }) => type),
      ["ADDED", "MODIFIED", "DELETED"],
    );
    assert.deepEqual(events[2]?.object.metadata.labels, { tier: "front" }, "its last matching content");
    assert.equal(events[2]?.object.metadata.resourceVersion, api.resourceVersion);
  });

  it("selects one object by its name", async () => {
    const watch = await TestWatch.open(api, `${WEB}?watch=1&resourceVersion=1&fieldSelector=metadata.name%3Db`);
    for (const name of ["a", "b"]) api.apply(ingressNamed(name));
    assert.deepEqual(await watch.names(1), ["ADDED b"]);
  });

  it("is told 410 in the stream for a version whose history is gone", async () => {
    api.apply(ingressNamed("a"));
    api.compact();
    const watch = await TestWatch.open(api, `${FROM_NOW}1`);
    const { type, object } = await watch.next();
    assert.deepEqual([watch.status, type, object.kind, object["code"]], [200, "ERROR", "Status", 410]);
    assert.equal(object["reason"], "Expired");
    assert.ok(await watch.over, "and ends in good order");
  });

  it("is told 410 by the status when the server is of that kind", async () => {
    await restart({ expiredWatchesAs: "http" });
    api.apply(ingressNamed("a"));
    api.compact();
    assert.equal((await call(api, "GET", `${FROM_NOW}1`)).status, 410);
  });

  it("remembers as many changes as it was told to, and no more", async () => {
    await restart({ historyLength: 3, expiredWatchesAs: "http" });
    for (let i = 0; i < 10; i += 1) api.apply(ingressNamed("a", { spec: { i } }));
    const newest = Number(api.resourceVersion);
    assert.equal((await call(api, "GET", FROM_NOW + (newest - 4))).status, 410);
    const watch = await TestWatch.open(api, FROM_NOW + (newest - 3));
    assert.deepEqual(await watch.names(3), ["MODIFIED a", "MODIFIED a", "MODIFIED a"]);
  });

  it("gets bookmarks only if it asks for them", async () => {
    api.apply(ingressNamed("a"));
    const asking = await TestWatch.open(api, `${FROM_NOW}2&allowWatchBookmarks=true`);
    const other = await TestWatch.open(api, `${FROM_NOW}2`);
    api.apply({ apiVersion: "v1", kind: "Service", metadata: { name: "s" } });
    api.sendBookmarks();
    api.apply(ingressNamed("b"));
    const { type, object } = await asking.next();
    assert.deepEqual([type, object.kind, object.metadata.resourceVersion], ["BOOKMARK", "Ingress", "3"]);
    assert.deepEqual(await other.names(1), ["ADDED b"]);
  });

  it("gets bookmarks by itself at an interval", async () => {
    await restart({ bookmarkInterval: 1 });
    const watch = await TestWatch.open(api, `${FROM_NOW}1&allowWatchBookmarks=1`);
    assert.deepEqual([(await watch.next()).type, (await watch.next()).type], ["BOOKMARK", "BOOKMARK"]);
  });

  it("ends in good order when its time is over, with a bookmark two seconds before", async (test) => {
    test.mock.timers.enable({ apis: ["setTimeout"] });
    const watch = await TestWatch.open(api, `${FROM_NOW}1&allowWatchBookmarks=1&timeoutSeconds=300`);
    assert.equal(api.watches().length, 1);
    test.mock.timers.tick(298_000);
    assert.equal((await watch.next()).type, "BOOKMARK");
    test.mock.timers.tick(1_999);
    api.apply(ingressNamed("a"));
    assert.deepEqual(await watch.names(1), ["ADDED a"]);
    test.mock.timers.tick(1);
    assert.ok(await watch.over);
    await api.until(() => api.watches().length === 0);
  });

  it("streams the state before the changes when sendInitialEvents asks for it", async () => {
    api.apply(ingressNamed("a"));
    const initial = "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=1";
    const watch = await TestWatch.open(api, `${INGRESSES}?watch=1&${initial}`);
    assert.deepEqual(await watch.names(1), ["ADDED a"]);
    const { type, object } = await watch.next();
    const annotations = object.metadata["annotations"];
    assert.deepEqual([type, annotations], ["BOOKMARK", { "k8s.io/initial-events-end": "true" }]);
    api.apply(ingressNamed("b"));
    assert.deepEqual(await watch.names(1), ["ADDED b"]);
  });

  it("is refused sendInitialEvents by a server without streaming lists, or has it ignored", async () => {
    const path = `${FROM_NOW}1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan`;
    await restart({ watchList: "refused" });
    assert.equal((await call(api, "GET", path)).status, 422);
    await restart({ watchList: "ignored" });
    api.apply(ingressNamed("a"));
    const watch = await TestWatch.open(api, `${FROM_NOW}2&sendInitialEvents=true`);
    api.apply(ingressNamed("b"));
    assert.deepEqual(await watch.names(1), ["ADDED b"]);
  });

  it("fails in the stream when sendInitialEvents meets a store that is too old for it", async () => {
    await restart({ watchList: "broken" });
    const initial = "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=1";
    const watch = await TestWatch.open(api, `${INGRESSES}?watch=1&${initial}`);
    const { type, object } = await watch.next();
    assert.deepEqual([watch.status, type, object["code"]], [200, "ERROR", 500]);
    assert.ok(await watch.over);
  });
});
