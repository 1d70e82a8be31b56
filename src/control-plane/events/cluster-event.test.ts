import assert from "node:assert/strict";
import { test } from "node:test";
import { type ClusterEvent, eventName, fitMessage } from "./cluster-event.ts";
import { reasonOf } from "./problem-event.ts";

const EVENT: ClusterEvent = {
  ...{ type: "Normal", reason: "CREATE", message: "default/web", date: 0, ifThere: "count" },
  subject: {
    ...{ apiVersion: "networking.k8s.io/v1", kind: "Ingress", namespace: "default" },
    ...{ name: "web", uid: "one", resourceVersion: "7" },
  },
};

test("an event has one name, whenever and over which version it is sent", () => {
  const later = { ...EVENT, date: 5, subject: { ...EVENT.subject, resourceVersion: "9" } };
  assert.equal(eventName(later), eventName(EVENT));
});

test("another object, reason or message makes another name", () => {
  const others: ClusterEvent[] = [
    { ...EVENT, subject: { ...EVENT.subject, uid: "two" } },
    { ...EVENT, reason: "UPDATE" },
    { ...EVENT, message: "default/other" },
    { ...EVENT, type: "Warning" },
  ];
  assert.equal(new Set([EVENT, ...others].map(eventName)).size, 5);
});

test("the name of an event is a DNS name however long the object's is", () => {
  for (const length of [1, 235, 236, 237, 253]) {
    const name = `${"a.".repeat(126)}a`.slice(0, length);
    const made = eventName({ ...EVENT, subject: { ...EVENT.subject, name } });
    assert.ok(made.length <= 253);
    assert.match(made, /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/);
  }
});

test("a message is cut to what an event can hold", () => {
  assert.equal(fitMessage("x".repeat(1024)).length, 1024);
  assert.equal(fitMessage("x".repeat(1025)).length, 1024);
});

test("a Problem's code becomes a reason as Kubernetes writes them", () => {
  assert.equal(reasonOf("affinity/max-age-not-seconds"), "AffinityMaxAgeNotSeconds");
  assert.equal(reasonOf("service/missing"), "ServiceMissing");
});
