import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RoutePolicies } from "../snapshot/route-policies.ts";
import type { Answer } from "./answer.ts";
import { askGuards, type Guard, type Verdict } from "./guard.ts";
import type { PolicyRequest } from "./policy-request.ts";

const DENIED: Answer = { reason: "denied", status: 403 };
const UNKNOWN: Answer = { reason: "unauthorized", status: 401 };
const REQUEST = { path: "/" } as PolicyRequest;

/** The status that guards with these verdicts come to, and how many of them were asked. */
function ask(policies: RoutePolicies, ...verdicts: readonly Verdict[]): readonly [number | undefined, number] {
  let asked = 0;
  const guards = verdicts.map(
    (verdict): Guard =>
      () => {
        asked++;
        return verdict;
      },
  );
  return [askGuards(guards, policies, REQUEST)?.status, asked];
}

describe("askGuards", () => {
  it("lets everybody in where none has anything to say", () => {
    assert.deepEqual(ask({}), [undefined, 0]);
    assert.deepEqual(ask({}, undefined, undefined), [undefined, 2]);
    assert.deepEqual(ask({ satisfyAny: true }, undefined), [undefined, 1]);
  });

  it("takes the first refusal where all must agree", () => {
    assert.deepEqual(ask({}, "admitted", DENIED, UNKNOWN), [403, 2]);
    assert.deepEqual(ask({}, "admitted", undefined, "admitted"), [undefined, 3]);
  });

  it("takes the first admission where one is enough", () => {
    assert.deepEqual(ask({ satisfyAny: true }, DENIED, "admitted", UNKNOWN), [undefined, 2]);
  });

  it("asks who it is rather than to turn away where nobody admits", () => {
    assert.deepEqual(ask({ satisfyAny: true }, DENIED, UNKNOWN), [401, 2]);
    assert.deepEqual(ask({ satisfyAny: true }, UNKNOWN, DENIED), [401, 2]);
    assert.deepEqual(ask({ satisfyAny: true }, undefined, DENIED), [403, 2]);
  });
});
