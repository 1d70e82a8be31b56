import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { accept } from "../../objects/accept.ts";
import { compareText } from "../../text/compare-text.ts";
import { Inventory } from "./inventory.ts";
import type { ManifestObject } from "./parse-manifest.ts";

function entry(file: string, name: string, value = file, line = 1): ManifestObject {
  const raw = { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { value } };
  return { object: accept("ConfigMap", raw).object, origin: { file, line } };
}

function changes(inventory: Inventory): readonly string[] {
  return inventory.takeChanges().map((change) => {
    if (change.type === "deleted") return `-${change.name}`;
    return `${change.object.metadata.name} of ${change.origin?.file}`;
  });
}

test("only what is new, different or gone is a change", () => {
  const inventory = new Inventory();
  inventory.set("x", [entry("x", "a"), entry("x", "b")]);
  assert.deepEqual(changes(inventory), ["a of x", "b of x"]);
  inventory.set("x", [entry("x", "a", "x", 7), entry("x", "b", "new")]);
  assert.deepEqual(changes(inventory), ["b of x"]);
  inventory.set("x", [entry("x", "b", "new")]);
  assert.deepEqual(changes(inventory), ["-a"]);
  assert.deepEqual(changes(inventory), []);
});

test("of an object in two files the first file in order wins, whichever came first", () => {
  const inventory = new Inventory();
  inventory.set("y", [entry("y", "a")]);
  assert.deepEqual(changes(inventory), ["a of y"]);
  inventory.set("x", [entry("x", "a")]);
  assert.deepEqual(changes(inventory), ["a of x"]);
  const [problem] = inventory.problems();
  assert.equal(problem?.code, "source/object-twice");
  assert.equal(problem.file, "y");
  assert.match(problem.message, /x \(line 1\).*y \(line 1\)/);
});

test("when the first of two files goes, the second takes over and nothing is deleted", () => {
  const inventory = new Inventory();
  inventory.set("x", [entry("x", "a")]);
  inventory.set("y", [entry("y", "a")]);
  changes(inventory);
  inventory.set("x", []);
  assert.deepEqual(changes(inventory), ["a of y"]);
  assert.deepEqual(inventory.problems(), []);
});

test("of an object twice in one file the one further up wins", () => {
  const inventory = new Inventory();
  inventory.set("x", [entry("x", "a", "first", 1), entry("x", "a", "second", 9)]);
  const [change] = inventory.takeChanges();
  assert.deepEqual(change?.type === "set" && change.origin, { file: "x", line: 1 });
  assert.equal(inventory.problems()[0]?.line, 9);
});

test("the changes of any history add up to what the files say in the end", () => {
  const file = fc.constantFrom("x", "y", "z");
  const named = fc.uniqueArray(fc.constantFrom("a", "b", "c"));
  const steps = fc.array(fc.record({ file, names: named, take: fc.boolean() }));
  fc.assert(
    fc.property(steps, (history) => {
      const inventory = new Inventory();
      const files = new Map<string, readonly string[]>();
      const told = new Map<string, string | undefined>();
      const take = () => {
        for (const change of inventory.takeChanges()) {
          if (change.type === "set") told.set(change.object.metadata.name, change.origin?.file);
          else assert.ok(told.delete(change.name));
        }
      };
      for (const step of history) {
        inventory.set(
          step.file,
          step.names.map((name) => entry(step.file, name)),
        );
        files.set(step.file, step.names);
        if (step.take) take();
      }
      take();
      const expected = new Map<string, string>();
      for (const [at, names] of [...files].sort(([a], [b]) => compareText(b, a)))
        for (const name of names) expected.set(name, at);
      assert.deepEqual(new Map([...told].sort()), new Map([...expected].sort()));
    }),
  );
});
