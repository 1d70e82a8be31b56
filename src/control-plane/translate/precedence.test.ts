import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { comparePrecedence } from "./precedence.ts";
import { metadata } from "./test-objects.ts";

describe("the precedence of Ingresses", () => {
  it("goes by age, then by namespace and name backwards", () => {
    const young = metadata("z", { createdAt: 2 });
    const a = metadata("a", { createdAt: 1 });
    const b = metadata("b", { createdAt: 1 });
    const other = metadata("a", { createdAt: 1, namespace: "other" });
    const sorted = [young, a, b, other].sort(comparePrecedence);
    assert.deepEqual(sorted, [other, b, a, young]);
  });
});
