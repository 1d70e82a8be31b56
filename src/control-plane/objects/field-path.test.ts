import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatFieldPath, parseFieldPath } from "./field-path.ts";

test("a path is written with dots, list places in brackets and other keys in quotes", () => {
  const path = ["metadata", "annotations", "limpet.dev/affinity"];
  assert.equal(formatFieldPath(path), 'metadata.annotations["limpet.dev/affinity"]');
  assert.equal(formatFieldPath(["spec", "rules", 0, "host"]), "spec.rules[0].host");
});

test("every path is read back as it was written", () => {
  const step = fc.oneof(fc.string(), fc.nat(), fc.constantFrom("spec", "a.b", "__proto__", '"', "\\", "0", ""));
  fc.assert(fc.property(fc.array(step), (path) => assert.deepEqual(parseFieldPath(formatFieldPath(path)), path)));
});

test("a text that is no path gives the steps up to there", () => {
  assert.deepEqual(parseFieldPath("spec.rules[x]"), ["spec", "rules"]);
  assert.deepEqual(parseFieldPath(""), []);
});
