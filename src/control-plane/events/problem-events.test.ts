import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { Problem } from "../problems/problem.ts";
import { FakeClock } from "../time/fake-clock.ts";
import type { ClusterEvent } from "./cluster-event.ts";
import { ProblemEvents } from "./problem-events.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

describe("ProblemEvents", () => {
  let clock: FakeClock;
  let leads: boolean;
  let room: number;
  let offered: ClusterEvent[];
  let events: ProblemEvents;

  beforeEach(() => {
    clock = new FakeClock();
    leads = true;
    room = Number.POSITIVE_INFINITY;
    offered = [];
    events = new ProblemEvents({
      clock,
      leading: () => leads,
      offer: (event) => room-- > 0 && offered.push(event) > 0,
      find: (object) =>
        object.startsWith("Ingress ")
          ? { apiVersion: "v1", kind: "Ingress", namespace: "default", name: object, uid: "u", resourceVersion: "" }
          : undefined,
    });
  });

  afterEach(() => {
    events.stop();
    assert.equal(clock.waiting, 0);
  });

  function problem(name = "web", more: Partial<Problem> = {}): Problem {
    return {
      ...{ code: "affinity/max-age-not-seconds", severity: "warning", object: `Ingress default/${name}` },
      field: 'metadata.annotations["limpet.dev/session-cookie-max-age"]',
      value: "1h",
      message: "This is not a whole number of seconds; the cookie gets no Max-Age.",
      hint: "Write 3600.",
      ...more,
    };
  }

  it("says what stands where, what is wrong, and what to write", async () => {
    events.note([problem()]);
    await clock.advance(5 * SECOND);
    assert.equal(offered.length, 1);
    assert.equal(offered[0]?.ifThere, "leave", "what the first list has may have been said by an earlier process");
    assert.deepEqual([offered[0]?.type, offered[0]?.reason], ["Warning", "AffinityMaxAgeNotSeconds"]);
    assert.equal(
      offered[0]?.message,
      'metadata.annotations["limpet.dev/session-cookie-max-age"]: "1h". ' +
        "This is not a whole number of seconds; the cookie gets no Max-Age. Write 3600.",
    );
  });

  it("says each once, however often the list comes", async () => {
    for (let i = 0; i < 100; i++) {
      events.note([problem(), problem("other"), problem("gone", { object: "" })]);
      await clock.advance(SECOND);
    }
    assert.equal(offered.length, 2);
  });

  it("says nothing of what is put right at once", async () => {
    events.note([problem()]);
    await clock.advance(SECOND);
    events.note([]);
    await clock.advance(MINUTE);
    assert.equal(offered.length, 0);
  });

  it("reminds of what stands, and says what comes back, but not each time that it flickers", async () => {
    events.note([problem()]);
    await clock.advance(45 * MINUTE);
    assert.equal(offered.length, 2);
    for (let i = 0; i < 10; i++) {
      events.note([]);
      await clock.advance(10 * SECOND);
      events.note([problem()]);
      await clock.advance(10 * SECOND);
    }
    assert.equal(offered.length, 3);
    events.note([]);
    await clock.advance(20 * MINUTE);
    events.note([problem()]);
    await clock.advance(5 * SECOND);
    assert.equal(offered.length, 4);
    assert.deepEqual(
      offered.map(({ ifThere }) => ifThere),
      ["leave", "count", "count", "count"],
    );
  });

  it("tries again what did not fit", async () => {
    room = 3;
    events.note(["a", "b", "c", "d", "e"].map((name) => problem(name)));
    await clock.advance(3 * SECOND);
    assert.equal(offered.length, 3);
    assert.equal(room, -1, "after the first for which there is no room, no other is tried");
    room = 100;
    await clock.advance(3 * SECOND);
    assert.equal(offered.length, 5);
  });

  it("says as a new leader what stands, and leaves it be where it has been said", async () => {
    leads = false;
    events.note([problem()]);
    await clock.advance(10 * MINUTE);
    assert.equal(offered.length, 0);
    leads = true;
    events.takeOver();
    await clock.advance(SECOND);
    assert.deepEqual(
      offered.map(({ ifThere }) => ifThere),
      ["leave"],
    );
  });
});
