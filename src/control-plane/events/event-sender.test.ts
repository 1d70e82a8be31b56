import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import pino from "pino";
import { ApiError } from "../kubernetes/api-client.ts";
import { FakeApi, type RawObject } from "../kubernetes/fake-api.ts";
import { FakeClock, settled } from "../time/fake-clock.ts";
import type { ClusterEvent } from "./cluster-event.ts";
import { EventSender } from "./event-sender.ts";

const EVENTS = "/api/v1/namespaces/default/events";
const SECOND = 1000;

describe("EventSender", () => {
  let clock: FakeClock;
  let api: FakeApi;
  let sender: EventSender;
  let leads: boolean;

  beforeEach(() => {
    clock = new FakeClock();
    api = new FakeApi(clock);
    leads = true;
    sender = make();
  });

  afterEach(async () => {
    const stopped = sender.stop(0);
    await clock.advance(10 * SECOND);
    await stopped;
    assert.equal(clock.waiting, 0, "a sender leaves no timer behind");
  });

  function make(): EventSender {
    const log = pino({ level: "silent" });
    return new EventSender({
      ...{ client: api.client(), clock, log, instance: "limpet-0", random: () => 0 },
      mayWrite: () => leads,
    });
  }

  function event(name: string, more: Partial<ClusterEvent> = {}): ClusterEvent {
    const subject = {
      ...{ apiVersion: "networking.k8s.io/v1", kind: "Ingress", namespace: "default" },
      ...{ name, uid: `uid-${name}`, resourceVersion: "7" },
    };
    const date = clock.date();
    return { type: "Normal", reason: "CREATE", message: `default/${name}`, subject, date, ifThere: "count", ...more };
  }

  function stored(): RawObject[] {
    const written = api.writes.filter(({ method }) => method === "POST");
    const names = new Set(written.map(({ body }) => (body as RawObject).metadata.name));
    return [...names].map((name) => api.get(`${EVENTS}/${name}`)).filter((object) => object !== undefined);
  }

  it("writes an event that kubectl can place", async () => {
    assert.equal(sender.offer(event("web")), true);
    await settled();
    const [written, ...more] = stored();
    assert.deepEqual(more, []);
    const { metadata, ...rest } = written as RawObject;
    assert.match(metadata.name, /^web\.[0-9a-f]{16}$/);
    assert.deepEqual(rest, {
      ...{ apiVersion: "v1", kind: "Event", type: "Normal", reason: "CREATE", message: "default/web", count: 1 },
      involvedObject: {
        ...{ apiVersion: "networking.k8s.io/v1", kind: "Ingress", namespace: "default", name: "web" },
        ...{ uid: "uid-web", resourceVersion: "7" },
      },
      ...{ firstTimestamp: "2026-01-31T12:00:00Z", lastTimestamp: "2026-01-31T12:00:00Z" },
      source: { component: "limpet", host: "limpet-0" },
      ...{ reportingComponent: "limpet", reportingInstance: "limpet-0" },
    });
  });

  it("counts up what is the same, and does so at most once in ten seconds", async () => {
    for (let i = 0; i < 30; i++) {
      sender.offer(event("web"));
      await clock.advance(SECOND);
    }
    await clock.advance(20 * SECOND);
    assert.equal(stored().length, 1);
    assert.equal(stored()[0]?.["count"], 30);
    assert.equal(stored()[0]?.["lastTimestamp"], "2026-01-31T12:00:29Z");
    assert.ok(api.requests.length <= 5, `${api.requests.length} requests`);
  });

  it("does not write twice what another process wrote before it", async () => {
    sender.offer(event("web"));
    await settled();
    const restarted = make();
    restarted.offer(event("web", { ifThere: "leave" }));
    await settled();
    assert.deepEqual(
      api.requests.map(({ method }) => method),
      ["POST", "POST"],
    );
    assert.equal(stored()[0]?.["count"], 1);
    await clock.advance(10 * SECOND);
    restarted.offer(event("web"));
    await settled();
    await clock.advance(10 * SECOND);
    restarted.offer(event("web"));
    await settled();
    assert.equal(stored().length, 1);
    assert.equal(stored()[0]?.["count"], 2);
    await restarted.stop(0);
  });

  it("writes an event anew that the cluster has forgotten", async () => {
    sender.offer(event("web"));
    await settled();
    api.delete(`${EVENTS}/${stored()[0]?.metadata.name}`);
    await clock.advance(3600 * SECOND);
    sender.offer(event("web"));
    await settled();
    assert.equal(stored()[0]?.["count"], 1);
  });

  it("sends only so much of a flood, and refuses what it cannot keep", async () => {
    let taken = 0;
    for (let i = 0; i < 5000; i++) if (sender.offer(event(`web-${i}`, { type: "Warning" }))) taken++;
    assert.equal(taken, 1001, "a thousand wait, and one is under way");
    await settled();
    assert.ok(api.requests.length <= 50, `${api.requests.length} at once`);
    await clock.advance(10 * SECOND);
    assert.ok(api.requests.length <= 150, `${api.requests.length} in ten seconds`);
    await clock.advance(600 * SECOND);
    assert.equal(api.requests.length, taken);
  });

  it("acknowledges an Ingress in the middle of a flood of Problems", async () => {
    for (let i = 0; i < 1000; i++) sender.offer(event(`bad-${i}`, { type: "Warning" }));
    await clock.advance(SECOND);
    sender.offer(event("web"));
    await clock.advance(SECOND);
    assert.ok(stored().some(({ involvedObject }) => (involvedObject as { name: string }).name === "web"));
  });

  it("writes nothing when it does not lead, and drops what waits when it leads no more", async () => {
    leads = false;
    assert.equal(sender.offer(event("web")), false);
    leads = true;
    for (let i = 0; i < 200; i++) sender.offer(event(`web-${i}`));
    await settled();
    leads = false;
    const before = api.requests.length;
    await clock.advance(60 * SECOND);
    assert.equal(api.requests.length, before);
    leads = true;
    await clock.advance(60 * SECOND);
    assert.equal(api.requests.length, before);
  });

  it("keeps what it has while the server is away, and asks seldom", async () => {
    api.fault = () => new Error("The API server cannot be reached.");
    for (let i = 0; i < 20; i++) sender.offer(event(`web-${i}`));
    await clock.advance(600 * SECOND);
    assert.ok(api.requests.length < 30, `${api.requests.length} requests in ten minutes`);
    api.fault = () => undefined;
    await clock.advance(60 * SECOND);
    assert.equal(stored().length, 20);
    assert.equal(stored()[0]?.["lastTimestamp"], "2026-01-31T12:00:00Z");
  });

  it("gives up an event that the server refuses, and sends the next", async () => {
    api.fault = ({ body }) =>
      (body as RawObject).metadata.name.startsWith("gone")
        ? new ApiError({ what: "POST", status: 403, reason: "Forbidden", detail: "the namespace is being terminated" })
        : undefined;
    sender.offer(event("gone"));
    sender.offer(event("web"));
    await clock.advance(60 * SECOND);
    assert.equal(stored().length, 1);
    assert.equal(api.requests.length, 2);
  });

  it("sends what waits before it stops, within its time", async () => {
    for (let i = 0; i < 60; i++) sender.offer(event(`web-${i}`));
    const stopped = sender.stop(3 * SECOND);
    await clock.advance(3 * SECOND);
    await stopped;
    assert.equal(stored().length, 60);
    assert.equal(sender.offer(event("late")), false);
  });
});
