import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ClientReading } from "../annotations/policies/client-certificates.ts";
import { AuthoritiesIndex } from "./authorities-index.ts";
import { authoritiesDigest } from "./choose-clients.ts";

const OURS = { certificates: "ours" };
const REVOKING = { certificates: "ours", revocations: ["one"] };

function asking(authorities: typeof OURS): ClientReading {
  return { authorities, verify: "on", depth: 1 };
}

describe("AuthoritiesIndex", () => {
  it("has what some host asks for, once, until none does", () => {
    const index = new AuthoritiesIndex();
    const digest = authoritiesDigest(OURS);
    index.use("a.test", asking(OURS));
    index.use("b.test", asking({ ...OURS }));
    assert.deepEqual([index.takeTouched(), index.authorities(digest)], [[digest], OURS]);
    index.use("a.test", "closed");
    assert.deepEqual([index.takeTouched(), index.authorities(digest)], [[], OURS]);
    index.use("b.test", undefined);
    assert.deepEqual([index.takeTouched(), index.authorities(digest)], [[digest], undefined]);
  });

  it("tells authorities from the same ones that took something back", () => {
    const index = new AuthoritiesIndex();
    index.use("a.test", asking(OURS));
    index.takeTouched();
    index.use("a.test", asking(REVOKING));
    assert.deepEqual(index.takeTouched().toSorted(), [OURS, REVOKING].map(authoritiesDigest).toSorted());
    assert.deepEqual(index.authorities(authoritiesDigest(REVOKING)), REVOKING);
  });
});
