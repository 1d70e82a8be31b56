import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseJsonManifest } from "./parse-json-manifest.ts";
import { parseManifest } from "./parse-manifest.ts";

/** With a second, empty document behind it the text is no JSON any more. */
function asYaml(text: string): string {
  return `${text}\n---\n`;
}

function object(name: string, value: string) {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { value } };
}

const FILE = "web.json";

const objects = fc
  .record({ name: fc.stringMatching(/^[a-z]{1,8}$/), value: fc.string({ unit: "binary" }) })
  .map(({ name, value }) => object(name, value));

const anything = fc.oneof(
  objects,
  fc.record({ kind: fc.constant("Deployment"), apiVersion: fc.constant("apps/v1") }),
  fc.record({
    kind: fc.constantFrom("List", "ConfigMapList"),
    items: fc.array(objects),
    apiVersion: fc.constant("v1"),
  }),
);

const lists = fc.array(anything).map((items) => ({ apiVersion: "v1", kind: "List", items }));
const indents = fc.constantFrom("", "  ");

test("JSON says what it says as YAML, on the same lines", () => {
  fc.assert(
    fc.property(fc.oneof(anything, lists), indents, (data, indent) => {
      const text = JSON.stringify(data, null, indent);
      assert.notEqual(parseJsonManifest(FILE, text), undefined);
      assert.deepEqual(parseManifest(FILE, text), parseManifest(FILE, asYaml(text)));
    }),
  );
});

test("strings with quotes, backslashes and brackets do not move a line", () => {
  const items = ['"', "\\", '\\"', "}]{[,:", "\n"].map((value, i) => object(`a${i}`, value));
  const manifest = parseJsonManifest(FILE, JSON.stringify({ kind: "List", items }, null, 1));
  const step = JSON.stringify(items[0], null, 1).split("\n").length;
  assert.deepEqual(
    manifest?.objects.map(({ origin }) => origin.line),
    items.map((_, i) => 4 + i * step),
  );
});

for (const [what, text] of Object.entries({
  "a key that stands twice": '{"kind":"ConfigMap","kind":"Secret"}',
  "a merge key": `{"<<":${JSON.stringify(object("a", ""))}}`,
  "a key of JavaScript": `{"__proto__":{},${JSON.stringify(object("a", "")).slice(1)}`,
  "a wrong object": JSON.stringify({ ...object("a", ""), metadata: { name: "A B" } }),
  "two documents": asYaml(JSON.stringify(object("a", ""))),
  "half a document": '{"kind":',
  "a text nested without an end": `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`,
})) {
  test(`${what} is left to the reader of YAML`, () => {
    assert.equal(parseJsonManifest(FILE, text), undefined);
  });
}
