import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "./api-object.ts";
import { Refusal } from "./refusal.ts";
import { type ResourceName, resourceNamed } from "./resources.ts";
import { parseFieldSelector, parseLabelSelector } from "./selectors.ts";
import { storedObject } from "./stored-object.ts";

function labelled(labels: Readonly<Record<string, string>>) {
  return storedObject(resourceNamed("services"), { metadata: { name: "a", namespace: "n", labels } }, 1);
}

/** Whether a selector matches `{tier: front, env: test}`. */
function matches(selector: string): boolean {
  const parsed = parseLabelSelector(selector);
  assert.ok(!(parsed instanceof Refusal), selector);
  return parsed(labelled({ tier: "front", env: "test" }));
}

function selectsField(name: ResourceName, selector: string, object: JsonObject): boolean | Refusal {
  const resource = resourceNamed(name);
  const parsed = parseFieldSelector(resource, selector);
  if (parsed instanceof Refusal) return parsed;
  return parsed(storedObject(resource, { ...object, metadata: { name: "a", namespace: "n" } }, 1));
}

describe("a label selector", () => {
  for (const selector of [
    "tier=front",
    "tier==front",
    "tier = front",
    "tier!=back",
    "absent!=back",
    "tier",
    "!absent",
    "tier in (back, front)",
    "tier notin (back)",
    "absent notin (back)",
    "tier=front,env in (test,live),!absent",
    "env in (test,live),tier=front",
  ])
    it(`"${selector}" matches`, () => assert.equal(matches(selector), true));

  for (const selector of [
    "tier=back",
    "tier!=front",
    "absent=",
    "absent",
    "!tier",
    "tier in (back)",
    "absent in (back)",
    "tier notin (front,back)",
    "tier=front,env=live",
  ])
    it(`"${selector}" does not match`, () => assert.equal(matches(selector), false));

  it("with a slash in its name matches as any other", () => {
    const parsed = parseLabelSelector("kubernetes.io/service-name=web");
    assert.ok(!(parsed instanceof Refusal));
    assert.equal(parsed(labelled({ "kubernetes.io/service-name": "web" })), true);
  });

  for (const selector of ["=", "a in", "a in (b", "a b", "a=b=c"])
    it(`"${selector}" is refused`, () => assert.ok(parseLabelSelector(selector) instanceof Refusal));
});

describe("a field selector", () => {
  it("compares the name and the namespace", () => {
    assert.equal(selectsField("secrets", "metadata.name=a,metadata.namespace=n", {}), true);
    assert.equal(selectsField("secrets", "metadata.name=a,metadata.namespace!=n", {}), false);
    assert.equal(selectsField("secrets", "metadata.name==b", {}), false);
  });

  it("compares the fields that its resource lets it", () => {
    const object = { involvedObject: { name: "web" }, type: "Warning" };
    assert.equal(selectsField("events", "involvedObject.name=web,type=Warning", object), true);
    assert.equal(selectsField("events", "involvedObject.kind=Ingress", object), false);
    assert.equal(selectsField("secrets", "type=kubernetes.io/tls", { type: "kubernetes.io/tls" }), true);
  });

  it("on any other field is refused", () => {
    assert.ok(selectsField("ingresses", "spec.ingressClassName=nginx", {}) instanceof Refusal);
    assert.ok(selectsField("nodes", "metadata.namespace=n", {}) instanceof Refusal);
    assert.ok(selectsField("nodes", "metadata.name", {}) instanceof Refusal);
  });
});
