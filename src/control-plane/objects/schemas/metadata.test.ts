import assert from "node:assert/strict";
import { test } from "node:test";
import { accept, fieldsOf, refuse } from "../accept.ts";

function configMap(metadata: unknown): unknown {
  return { apiVersion: "v1", kind: "ConfigMap", metadata };
}

test("absent parts of the metadata are filled in", () => {
  const { object, problems } = accept("ConfigMap", configMap({ name: "web" }));
  assert.deepEqual(problems, []);
  assert.deepEqual(JSON.parse(JSON.stringify(object.metadata)), {
    namespace: "default",
    name: "web",
    uid: "",
    createdAt: 0,
    generation: 0,
    labels: {},
    annotations: {},
  });
});

test("the time of creation is read in milliseconds", () => {
  const { object } = accept("ConfigMap", configMap({ name: "web", creationTimestamp: "2026-01-31T12:00:00Z" }));
  assert.equal(object.metadata.createdAt, Date.UTC(2026, 0, 31, 12));
});

test("a time of creation that is none is a warning, and the object counts as the oldest", () => {
  const { object, problems } = accept("ConfigMap", configMap({ name: "web", creationTimestamp: "yesterday" }));
  assert.equal(object.metadata.createdAt, 0);
  assert.equal(problems[0]?.severity, "warning");
});

test("an object without a usable name or namespace is left out", () => {
  assert.deepEqual(fieldsOf(refuse(configMap(undefined))), ["metadata.name"]);
  assert.deepEqual(fieldsOf(refuse(configMap("web"))), ["metadata"]);
  for (const name of [undefined, 3, "", "My_App", "a/b", "a:b", "-a", `${"a".repeat(254)}`]) {
    assert.deepEqual(fieldsOf(refuse(configMap({ name }))), ["metadata.name"]);
  }
  assert.deepEqual(fieldsOf(refuse(configMap({ name: "web", namespace: "a.b" }))), ["metadata.namespace"]);
});

test("the Problem of a bad name names the object as far as it can", () => {
  const [problem] = refuse(configMap({ name: "My_App", namespace: "shop" }));
  assert.equal(problem?.object, "ConfigMap shop/My_App");
  assert.equal(refuse(configMap({}))[0]?.object, "ConfigMap");
});

test("an annotation that was not quoted is taken as the text that was meant, with a Problem", () => {
  const annotations = { "limpet.dev/affinity": "cookie", "limpet.dev/max-age": 3600, "limpet.dev/secure": true };
  const { object, problems } = accept("ConfigMap", configMap({ name: "web", annotations }));
  assert.deepEqual(
    { ...object.metadata.annotations },
    {
      "limpet.dev/affinity": "cookie",
      "limpet.dev/max-age": "3600",
      "limpet.dev/secure": "true",
    },
  );
  assert.deepEqual(fieldsOf(problems), [
    'metadata.annotations["limpet.dev/max-age"]',
    'metadata.annotations["limpet.dev/secure"]',
  ]);
  assert.match(problems[0]?.hint ?? "", /quotes/);
  assert.equal(problems[0]?.value, "3600");
});

test("keys that mean something to JavaScript mean nothing in a mapping of the user", () => {
  const metadata = JSON.parse('{"name":"web","labels":{"__proto__":"x","constructor":"y","app":"web"}}') as unknown;
  const { object, problems } = accept("ConfigMap", configMap(metadata));
  assert.deepEqual(Object.entries(object.metadata.labels), [
    ["constructor", "y"],
    ["app", "web"],
  ]);
  assert.deepEqual(fieldsOf(problems), ["metadata.labels.__proto__"]);
  assert.equal(object.metadata.labels.toString, undefined);
  assert.equal(({} as Record<string, unknown>).x, undefined);
});

test("an object with annotations that cannot be read is left out: they may have forbidden something", () => {
  for (const annotations of [["a"], { "limpet.dev/auth-url": {} }]) {
    assert.equal(refuse(configMap({ name: "web", annotations })).length, 1);
  }
});

test("labels that are no mapping are left out whole", () => {
  const { object, problems } = accept("ConfigMap", configMap({ name: "web", labels: ["app"] }));
  assert.deepEqual(Object.keys(object.metadata.labels), []);
  assert.deepEqual(fieldsOf(problems), ["metadata.labels"]);
});

test("kubectl's copy of the whole object is let go", () => {
  const annotations = { "kubectl.kubernetes.io/last-applied-configuration": "{}", other: "kept" };
  const { object, problems } = accept("ConfigMap", configMap({ name: "web", annotations }));
  assert.deepEqual([Object.keys(object.metadata.annotations), problems], [["other"], []]);
});
