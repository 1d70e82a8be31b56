import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import type { Ingress, Metadata } from "../objects/model.ts";
import { FakeClock } from "../time/fake-clock.ts";
import { ingress, path, rule } from "../translate/test-objects.ts";
import type { ClusterEvent } from "./cluster-event.ts";
import { IngressEvents } from "./ingress-events.ts";

const SECOND = 1000;

describe("IngressEvents", () => {
  let clock: FakeClock;
  let leads: boolean;
  let offered: ClusterEvent[];
  let events: IngressEvents;
  let ours: Map<string, Ingress>;

  beforeEach(() => {
    clock = new FakeClock();
    leads = true;
    offered = [];
    ours = new Map();
    events = new IngressEvents({ clock, leading: () => leads, offer: (event) => offered.push(event) > 0 });
  });

  function web(more: Partial<Metadata> = {}, host = "a.example.com"): Ingress {
    return ingress("web", [rule(host, path("/", "web"))], { uid: "one", ...more });
  }

  function note(now: Ingress | undefined): void {
    if (now === undefined) ours.delete("default/web");
    else ours.set("default/web", now);
    events.note(["default/web"], (name) => ours.get(name));
  }

  function told(): string[] {
    return offered.splice(0).map(({ reason, message }) => `${reason} ${message}`);
  }

  it("tells the life of an Ingress that comes while it runs", () => {
    events.note([], () => undefined);
    note(web());
    assert.deepEqual(told(), ["CREATE default/web"]);
    events.live();
    assert.deepEqual(told(), ["Sync The newest version is being served"]);
    note(web({}, "b.example.com"));
    events.live();
    assert.deepEqual(told(), ["UPDATE default/web", "Sync The newest version is being served"]);
    note(undefined);
    events.live();
    assert.deepEqual(told(), ["DELETE default/web"]);
  });

  it("says nothing of those that were there when it began", () => {
    note(web({ createdAt: clock.date() - 3600 * SECOND }));
    events.live();
    assert.deepEqual(told(), []);
    note(web({ createdAt: clock.date() - 3600 * SECOND, annotations: { a: "b" } }));
    assert.deepEqual(told(), ["UPDATE default/web"]);
  });

  it("greets one in the first list that was created since it began", () => {
    note(web({ createdAt: clock.date() }));
    assert.deepEqual(told(), ["CREATE default/web"]);
  });

  it("says nothing of a change of the status alone", () => {
    note(web());
    told();
    note({ ...web(), observed: { resourceVersion: "8", loadBalancer: [{ ip: "192.0.2.1" }] } });
    events.live();
    assert.deepEqual(told(), []);
  });

  it("takes one of the same name and another UID for another", () => {
    events.note([], () => undefined);
    note(web());
    told();
    note(web({ uid: "two" }));
    assert.deepEqual(
      offered.map(({ reason, subject }) => [reason, subject.uid]),
      [
        ["DELETE", "one"],
        ["CREATE", "two"],
      ],
    );
  });

  it("tells as a new leader what the last one may not have got to, and nothing older", async () => {
    events.note([], () => undefined);
    leads = false;
    note(web());
    await clock.advance(60 * SECOND);
    note(web({}, "b.example.com"));
    await clock.advance(10 * SECOND);
    assert.deepEqual(told(), []);
    leads = true;
    events.takeOver();
    assert.deepEqual(
      offered.map(({ reason, ifThere }) => [reason, ifThere]),
      [["UPDATE", "leave"]],
    );
    offered = [];
    events.takeOver();
    assert.deepEqual(told(), []);
  });
});
