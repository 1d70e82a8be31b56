import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Problem } from "../problems/problem.ts";
import { answerOf, readReview } from "./admission-review.ts";

const INGRESS = { group: "networking.k8s.io", version: "v1", kind: "Ingress" };

function review(request: object): string {
  return JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request });
}

function problem(more: Partial<Problem> = {}): Problem {
  const where = { object: "Ingress default/web", field: "spec.rules[0].host", value: "x" };
  return { code: "a/b", severity: "warning", ...where, message: "It is wrong.", hint: "Write y.", ...more };
}

interface Answer {
  readonly response: {
    readonly uid: string;
    readonly allowed: boolean;
    readonly status?: { readonly code: number; readonly reason: string; readonly message: string };
    readonly warnings?: readonly string[];
  };
}

function answer(refused: readonly Problem[], warned: readonly Problem[]): Answer["response"] {
  return (answerOf("u-1", { refused, warned }) as Answer).response;
}

describe("a review", () => {
  it("is a question about an Ingress", () => {
    const common = { uid: "u-1", kind: INGRESS, name: "web", namespace: "shop" };
    const object = { kind: "Ingress" };
    const question = { uid: "u-1", operation: "CREATE", name: "shop/web", object };
    assert.deepEqual(readReview(review({ ...common, operation: "CREATE", object })), question);
    const deletion = readReview(review({ ...common, operation: "DELETE", object: null }));
    assert.equal("object" in deletion, false);
  });

  it("of another kind or version is none of ours, and says which", () => {
    for (const kind of [
      { ...INGRESS, kind: "IngressClass" },
      { ...INGRESS, version: "v1beta1" },
      { ...INGRESS, group: "extensions" },
    ]) {
      const read = readReview(review({ uid: "u-1", operation: "CREATE", kind, object: {} }));
      assert.equal("status" in read && read.status, 500);
      assert.match("why" in read ? read.why : "", new RegExp(`${kind.group}/${kind.version} ${kind.kind}`));
    }
  });

  it("is no review", () => {
    const without = JSON.stringify({ apiVersion: "admission.k8s.io/v1beta1", kind: "AdmissionReview", request: {} });
    for (const body of ["", "{", "[]", "null", without, review({ uid: "", operation: "CREATE", kind: INGRESS })]) {
      const read = readReview(body);
      assert.equal("status" in read && read.status, 400, body);
    }
  });
});

describe("an answer", () => {
  it("allows what is not refused", () => {
    assert.deepEqual(answer([], []), { uid: "u-1", allowed: true });
  });

  it("refuses with every reason, each with object, field, value and remedy", () => {
    const { allowed, status } = answer([problem(), problem({ field: "spec.tls[0].secretName" })], []);
    assert.equal(allowed, false);
    assert.deepEqual([status?.code, status?.reason], [400, "BadRequest"]);
    assert.deepEqual(status?.message.split("\n"), [
      'Ingress default/web: spec.rules[0].host = "x": It is wrong. Write y.',
      'Ingress default/web: spec.tls[0].secretName = "x": It is wrong. Write y.',
    ]);
  });

  it("warns in short lines, and of the first ten Problems", () => {
    const key = { field: 'metadata.annotations["limpet.dev/affinity"]', value: "Cookie" };
    assert.deepEqual(answer([], [problem(key)]).warnings, ['limpet.dev/affinity = "Cookie": It is wrong. Write y.']);
    assert.deepEqual(answer([], [problem({ field: "", value: "" })]).warnings, ["It is wrong. Write y."]);
    const long = answer([], [problem({ value: "v".repeat(90), hint: "h".repeat(300) })]).warnings ?? [];
    assert.equal(long[0]?.length, 256);
    assert.doesNotMatch(long[0] ?? "", /vvv/);
    const many =
      answer(
        [],
        Array.from({ length: 13 }, () => problem()),
      ).warnings ?? [];
    assert.equal(many.length, 11);
    assert.equal(many[10], "3 more: limpet check shows all of them");
  });
});
