import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import pino from "pino";
import { ApiError } from "../kubernetes/api-client.ts";
import { FakeApi } from "../kubernetes/fake-api.ts";
import type { Clock } from "../time/clock.ts";
import { FakeClock, settled } from "../time/fake-clock.ts";
import { Elector } from "./elector.ts";

const LEASES = "/apis/coordination.k8s.io/v1/namespaces/limpet/leases";
const LEASE = `${LEASES}/limpet-leader`;
const SECOND = 1000;

describe("Elector", () => {
  let clock: FakeClock;
  let api: FakeApi;
  let electors: Elector[];
  let silenced: Set<string>;
  let history: string[];

  beforeEach(() => {
    clock = new FakeClock();
    api = new FakeApi(clock);
    electors = [];
    silenced = new Set();
    history = [];
    api.silent = (by) => silenced.has(by);
  });

  afterEach(async () => {
    const stops = Promise.all(electors.map((elector) => elector.stop()));
    await clock.advance(10 * SECOND);
    await stops;
    assert.equal(clock.waiting, 0, "an elector leaves no timer behind");
  });

  function candidate(identity: string, time: Clock = clock): Elector {
    const elector = new Elector({
      client: api.client(identity),
      lease: { namespace: "limpet", name: "limpet-leader" },
      identity,
      clock: time,
      log: pino({ level: "silent" }),
      random: () => 0.5,
    });
    elector.on("elected", () => history.push(`${identity} elected`));
    elector.on("lost", () => history.push(`${identity} lost`));
    electors.push(elector);
    elector.start();
    return elector;
  }

  function holder(): unknown {
    return (api.get(LEASE)?.["spec"] as Record<string, unknown> | undefined)?.["holderIdentity"];
  }

  it("leads at once where there is no Lease, and keeps it", async () => {
    const only = candidate("a");
    await settled();
    assert.equal(only.leading, true);
    await clock.advance(600 * SECOND);
    assert.deepEqual(history, ["a elected"]);
    const spec = api.get(LEASE)?.["spec"] as Record<string, unknown>;
    assert.equal(spec["leaseDurationSeconds"], 15);
    assert.equal(spec["leaseTransitions"], 0);
    assert.equal(spec["acquireTime"], "2026-01-31T12:00:00.000000Z");
    assert.equal(spec["renewTime"], "2026-01-31T12:10:00.000000Z");
  });

  it("lets one of two lead, and never both", async () => {
    const both = [candidate("a"), candidate("b")];
    for (let second = 0; second < 300; second++) {
      await clock.advance(SECOND);
      assert.equal(both.filter((elector) => elector.leading).length, 1);
    }
    assert.equal(history.length, 1);
  });

  it("lets one of two lead that run for a free Lease at the same moment", async () => {
    api.put(LEASE, { metadata: { name: "limpet-leader" }, spec: { holderIdentity: "" } });
    const both = [candidate("a"), candidate("b")];
    await settled();
    assert.equal(api.writes.length, 2, "both must have tried");
    assert.equal(both.filter((elector) => elector.leading).length, 1);
  });

  it("counts its time from when a renewal was sent, not from its answer", async () => {
    const only = candidate("a");
    await settled();
    const { promise, resolve } = Promise.withResolvers<void>();
    api.gate = async () => promise;
    await clock.advance(6 * SECOND);
    resolve();
    await settled();
    silenced.add("a");
    // Sent after two seconds, answered after six.
    await clock.advance(5.9 * SECOND);
    assert.equal(only.leading, true);
    await clock.advance(0.2 * SECOND);
    assert.equal(only.leading, false);
  });

  it("takes over from a leader that is killed, within the Lease's duration and a try", async () => {
    candidate("a");
    await settled();
    const other = candidate("b");
    await clock.advance(20 * SECOND);
    // A killed process neither asks nor gets answers.
    silenced.add("a");
    const killedAt = clock.now();
    while (!other.leading) await clock.advance(SECOND / 10);
    const after = clock.now() - killedAt;
    assert.ok(after > 10 * SECOND, "not before the other has stopped by itself");
    assert.ok(after <= 15 * SECOND + 1.5 * SECOND, `${after} ms`);
    assert.deepEqual(history, ["a elected", "a lost", "b elected"]);
  });

  it("takes over at the next try from a leader that stops", async () => {
    const first = candidate("a");
    await settled();
    const other = candidate("b");
    await clock.advance(20 * SECOND);
    await first.stop();
    assert.equal(holder(), "");
    await clock.advance(1.5 * SECOND);
    assert.equal(other.leading, true);
    const spec = api.get(LEASE)?.["spec"] as Record<string, unknown>;
    assert.equal(spec["leaseTransitions"], 1);
  });

  it("stops leading before another can start, when it alone is cut off", async () => {
    const first = candidate("a");
    await settled();
    const other = candidate("b");
    await clock.advance(20 * SECOND);
    silenced.add("a");
    for (let tenth = 0; tenth < 400; tenth++) {
      await clock.advance(SECOND / 10);
      assert.ok(!(first.leading && other.leading), "both lead");
    }
    assert.equal(other.leading, true);
    silenced.delete("a");
    await clock.advance(60 * SECOND);
    assert.deepEqual([first.leading, other.leading], [false, true]);
  });

  it("does not lead by the clock's word alone once its time is over, though no timer has run", async () => {
    const timers: Clock = { ...clock, now: clock.now, date: clock.date, after: () => () => {} };
    const stuck = candidate("a", timers);
    await settled();
    assert.equal(stuck.leading, true);
    await clock.advance(10 * SECOND);
    assert.equal(stuck.leading, false);
    stuck.start();
    electors = [];
    const stopped = stuck.stop();
    await clock.advance(10 * SECOND);
    await stopped;
  });

  it("steps down while the API server is away, and leads again after", async () => {
    const first = candidate("a");
    const other = candidate("b");
    await clock.advance(5 * SECOND);
    assert.equal(first.leading, true);
    for (const name of ["a", "b"]) silenced.add(name);
    await clock.advance(11 * SECOND);
    assert.deepEqual([first.leading, other.leading], [false, false]);
    await clock.advance(600 * SECOND);
    silenced.clear();
    await clock.advance(30 * SECOND);
    assert.equal([first, other].filter((elector) => elector.leading).length, 1);
  });

  it("is not misled by clocks that are hours apart", async () => {
    const skewed = (hours: number): Clock => ({
      now: () => clock.now() + hours * 3600 * SECOND,
      date: () => clock.date() + hours * 3600 * SECOND,
      after: clock.after,
    });
    const first = candidate("a", skewed(-5));
    await settled();
    const other = candidate("b", skewed(7));
    for (let second = 0; second < 120; second++) {
      await clock.advance(SECOND);
      assert.deepEqual([first.leading, other.leading], [true, false]);
    }
  });

  it("keeps leading when an answer to a renewal is lost", async () => {
    const first = candidate("a");
    candidate("b");
    await clock.advance(3 * SECOND);
    let lost = 0;
    api.fault = ({ method }, by) => {
      if (by !== "a" || method !== "PATCH" || lost > 0) return undefined;
      lost++;
      // The server takes it, and the connection breaks: the version that we know of is old from now on.
      const lease = api.get(LEASE);
      if (lease !== undefined) api.put(LEASE, lease);
      return new Error("The connection was cut.");
    };
    await clock.advance(60 * SECOND);
    assert.equal(lost, 1);
    assert.equal(first.leading, true);
    assert.deepEqual(history, ["a elected"]);
  });

  it("does not take a label on the Lease for a sign of life", async () => {
    candidate("a");
    await settled();
    const other = candidate("b");
    await clock.advance(20 * SECOND);
    silenced.add("a");
    for (let second = 0; second < 20; second++) {
      await clock.advance(SECOND);
      const lease = api.get(LEASE);
      if (lease !== undefined && !other.leading) api.put(LEASE, lease);
    }
    assert.equal(other.leading, true);
  });

  it("leaves what others wrote on the Lease where it is", async () => {
    api.put(LEASE, { metadata: { name: "limpet-leader", labels: { team: "web" } }, spec: {} });
    candidate("a");
    await settled();
    assert.equal(holder(), "a");
    assert.deepEqual(api.get(LEASE)?.metadata["labels"], { team: "web" });
  });

  it("takes the Lease again when somebody deletes it", async () => {
    const only = candidate("a");
    await clock.advance(5 * SECOND);
    api.delete(LEASE);
    await clock.advance(3 * SECOND);
    assert.equal(holder(), "a");
    assert.equal(only.leading, true);
  });

  it("gives way to one who wrote himself in", async () => {
    const only = candidate("a");
    await clock.advance(5 * SECOND);
    const lease = api.get(LEASE);
    assert.ok(lease !== undefined);
    api.put(LEASE, { ...lease, spec: { holderIdentity: "z", leaseDurationSeconds: 3600 } });
    await clock.advance(3 * SECOND);
    assert.equal(only.leading, false);
    await clock.advance(60 * SECOND);
    assert.equal(holder(), "z");
  });

  it("waits as long as the server asks", async () => {
    api.fault = () =>
      new ApiError({ what: "GET", status: 429, reason: "TooManyRequests", detail: "", retryAfterSeconds: 30 });
    candidate("a");
    await clock.advance(29 * SECOND);
    assert.equal(api.requests.length, 1);
    await clock.advance(2 * SECOND);
    assert.equal(api.requests.length, 2);
  });

  it("stops in good time while the server says nothing, and the Lease runs out", async () => {
    const only = candidate("a");
    await clock.advance(5 * SECOND);
    silenced.add("a");
    let ended = false;
    const stopped = only.stop().then(() => {
      ended = true;
    });
    assert.equal(only.leading, false);
    await clock.advance(4 * SECOND + 1);
    assert.equal(ended, true);
    await stopped;
    assert.equal(holder(), "a");
  });

  it("hands over though a renewal was on its way when it was stopped", async () => {
    const only = candidate("a");
    await clock.advance(3 * SECOND);
    const { promise, resolve } = Promise.withResolvers<void>();
    let held = true;
    api.gate = async ({ method }) => {
      if (held && method === "PATCH") await promise;
      held = false;
    };
    await clock.advance(2 * SECOND);
    const stopped = only.stop();
    resolve();
    await stopped;
    assert.equal(holder(), "");
  });
});
