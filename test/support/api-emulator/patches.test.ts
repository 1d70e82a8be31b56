import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { jsonPatch } from "./json-patch.ts";
import { mergePatch } from "./merge-patch.ts";

describe("a merge patch", () => {
  // The test cases of RFC 7396, appendix A.
  const cases: readonly (readonly [unknown, unknown, unknown])[] = [
    [{ a: "b" }, { a: "c" }, { a: "c" }],
    [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
    [{ a: "b" }, { a: null }, {}],
    [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
    [{ a: ["b"] }, { a: "c" }, { a: "c" }],
    [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
    [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
    [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
    [
      ["a", "b"],
      ["c", "d"],
      ["c", "d"],
    ],
    [{ a: "b" }, ["c"], ["c"]],
    [{ a: "foo" }, null, null],
    [{ a: "foo" }, "bar", "bar"],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: "b", c: null }, { a: "b" }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ];
  for (const [target, patch, result] of cases)
    it(`${JSON.stringify(patch)} of ${JSON.stringify(target)}`, () => {
      const before = structuredClone(target);
      assert.deepEqual(mergePatch(target, patch), result);
      assert.deepEqual(target, before, "the target stays as it is");
    });
});

describe("a JSON patch", () => {
  const value = (patch: unknown, target: unknown) => {
    const result = jsonPatch(target, patch);
    return "fault" in result ? result.fault : result.value;
  };

  it("adds to objects, into lists and at their ends", () => {
    const patch = [
      { op: "add", path: "/b", value: 1 },
      { op: "add", path: "/l/1", value: "x" },
      { op: "add", path: "/l/-", value: "y" },
    ];
    assert.deepEqual(value(patch, { l: ["a", "b"] }), { l: ["a", "x", "b", "y"], b: 1 });
  });

  it("removes, replaces, moves, copies and tests", () => {
    const patch = [
      { op: "test", path: "/a", value: { x: 1 } },
      { op: "copy", from: "/a", path: "/c" },
      { op: "replace", path: "/a/x", value: 2 },
      { op: "move", from: "/b", path: "/d" },
      { op: "remove", path: "/l/0" },
    ];
    assert.deepEqual(value(patch, { a: { x: 1 }, b: "b", l: [1, 2] }), { a: { x: 2 }, c: { x: 1 }, d: "b", l: [2] });
  });

  it("reads a slash and a tilde in names", () => {
    const patch = [{ op: "replace", path: "/metadata/annotations/a.b~1c~0d", value: "2" }];
    const target = { metadata: { annotations: { "a.b/c~d": "1" } } };
    assert.deepEqual(value(patch, target), { metadata: { annotations: { "a.b/c~d": "2" } } });
  });

  it("applies whole or not at all", () => {
    const target = { a: 1 };
    const patch = [
      { op: "replace", path: "/a", value: 2 },
      { op: "test", path: "/a", value: 3 },
    ];
    assert.match(String(value(patch, target)), /test of \/a fails/);
    assert.deepEqual(target, { a: 1 });
  });

  for (const operation of [
    { op: "remove", path: "/none" },
    { op: "replace", path: "/none", value: 1 },
    { op: "add", path: "/none/deep", value: 1 },
    { op: "add", path: "/l/5", value: 1 },
    { op: "remove", path: "/l/-" },
    { op: "dance", path: "/l" },
    "no operation",
  ])
    it(`refuses ${JSON.stringify(operation)}`, () => {
      assert.ok("fault" in jsonPatch({ l: [1] }, [operation]));
    });
});
