import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Annotation } from "../annotations/annotation.ts";
import { describe as described, pendingGroup, type Row } from "../annotations/pending.ts";
import { parseSeconds } from "../annotations/value-parsers.ts";
import { maxAgeNotSeconds } from "../problems/translate-problems.ts";
import { rejectedValue } from "./refusals.ts";

function row(onBadValue: Row[2]): Row {
  return ["limit-rps", "L", onBadValue, "L", "Requests a second.", "none"];
}

function served(onBadValue: Row[2]): Annotation {
  const how = { status: "served", parser: parseSeconds, since: "0.1.0", badValue: maxAgeNotSeconds } as const;
  return { ...described("Limits", row(onBadValue)), ...how };
}

const BAD = { key: "limpet.dev/limit-rps", text: "ten" };

describe("a value that cannot be used", () => {
  it("is refused where ingress-nginx rejects the whole Ingress for it", () => {
    const problem = rejectedValue("Ingress default/web", served("R"), BAD);
    assert.equal(problem?.field, 'metadata.annotations["limpet.dev/limit-rps"]');
    assert.equal(problem?.value, "ten");
  });

  it("is not where ingress-nginx falls back, nor where the annotation is not served, nor when it can be used", () => {
    assert.equal(rejectedValue("", served("D"), BAD), undefined);
    assert.equal(rejectedValue("", pendingGroup("Limits", [row("R")])[0], BAD), undefined);
    assert.equal(rejectedValue("", undefined, BAD), undefined);
    assert.equal(rejectedValue("", served("R"), { ...BAD, text: "10" }), undefined);
  });
});
