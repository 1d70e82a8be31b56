import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Uses } from "./uses.ts";

describe("Uses", () => {
  it("tells what got its first user and what lost its last one", () => {
    const uses = new Uses();
    assert.deepEqual(uses.use("a", new Set(["x", "y"])), { began: ["x", "y"], ended: [] });
    assert.deepEqual(uses.use("b", new Set(["y", "z"])), { began: ["z"], ended: [] });
    assert.deepEqual(uses.use("a", new Set(["z"])), { began: [], ended: ["x"] });
    assert.deepEqual(uses.use("b", new Set()), { began: [], ended: ["y"] });
    assert.deepEqual([...uses.all()], ["z"]);
  });

  it("knows the users of what is used", () => {
    const uses = new Uses();
    uses.useOne("a", "x");
    uses.useOne("b", "x");
    assert.deepEqual([...uses.usersOf("x")], ["a", "b"]);
    assert.ok(uses.has("x"));
    uses.useOne("a", undefined);
    assert.deepEqual([...uses.usersOf("x")], ["b"]);
    uses.useOne("b", "y");
    assert.ok(!uses.has("x"));
    assert.deepEqual([...uses.usersOf("x")], []);
  });

  it("finds nothing in saying the same again", () => {
    const uses = new Uses();
    uses.useOne("a", "x");
    assert.deepEqual(uses.useOne("a", "x"), { began: [], ended: [] });
    assert.deepEqual(uses.useOne("c", undefined), { began: [], ended: [] });
  });
});
