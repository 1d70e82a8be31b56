import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Annotation } from "../annotations/annotation.ts";
import { REFUSED_ANNOTATIONS } from "../annotations/groups/refused.ts";
import { served } from "../annotations/served.ts";
import { parseSeconds } from "../annotations/value-parsers.ts";
import { maxAgeNotSeconds } from "../problems/translate-problems.ts";
import { rejectedValue } from "./refusals.ts";

function annotation(rejected: boolean): Annotation {
  return served("Limits", "location")("low", {
    name: "limit-rps",
    parser: parseSeconds,
    default: "none",
    doc: "Requests a second.",
    onBadValue: "no limit",
    badValue: maxAgeNotSeconds,
    rejected,
  });
}

const BAD = { key: "limpet.dev/limit-rps", text: "ten" };

describe("a value that cannot be used", () => {
  it("is refused where ingress-nginx rejects the whole Ingress for it", () => {
    const problem = rejectedValue("Ingress default/web", annotation(true), BAD);
    assert.equal(problem?.field, 'metadata.annotations["limpet.dev/limit-rps"]');
    assert.equal(problem?.value, "ten");
  });

  it("is not where ingress-nginx falls back, nor where the annotation is not served, nor when it can be used", () => {
    assert.equal(rejectedValue("", annotation(false), BAD), undefined);
    assert.equal(rejectedValue("", REFUSED_ANNOTATIONS[0], BAD), undefined);
    assert.equal(rejectedValue("", undefined, BAD), undefined);
    assert.equal(rejectedValue("", annotation(true), { ...BAD, text: "10" }), undefined);
  });
});
