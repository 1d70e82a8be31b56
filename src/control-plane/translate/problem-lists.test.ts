import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Problem } from "../problems/problem.ts";
import { ProblemLists } from "./problem-lists.ts";

function problem(object: string): Problem {
  return { code: "test/wrong", severity: "error", object, field: "spec", value: "", message: "", hint: "" };
}

function objectsIn(lists: ProblemLists): readonly string[] {
  return lists.all().map(({ object }) => object);
}

describe("Problem lists", () => {
  it("stay in order, whatever comes and goes", () => {
    const lists = new ProblemLists();
    for (const name of ["d", "b", "c"]) lists.set(name, [problem(name)]);
    assert.deepEqual(objectsIn(lists), ["b", "c", "d"]);
    lists.set("c", []);
    lists.set("a", [problem("a"), problem("e")]);
    assert.deepEqual(objectsIn(lists), ["a", "b", "d", "e"]);
  });

  it("hold a Problem that two sources found once, until both have lost it", () => {
    const lists = new ProblemLists();
    lists.set("one", [problem("a")]);
    lists.set("two", [problem("a")]);
    assert.deepEqual(objectsIn(lists), ["a"]);
    lists.set("one", []);
    assert.deepEqual(objectsIn(lists), ["a"]);
    lists.set("two", []);
    assert.deepEqual(objectsIn(lists), []);
  });

  it("give the same array until one changes, and keep what stays", () => {
    const lists = new ProblemLists();
    lists.set("one", [problem("b")]);
    const before = lists.all();
    assert.equal(lists.all(), before);
    lists.set("two", [problem("a")]);
    assert.equal(lists.all()[1], before[0]);
  });
});
