import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodePush, encodePush, encodePushBytes, type Push, pushLength } from "./push.ts";

const byteString = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString("latin1"));
const changes = fc.array(fc.tuple(byteString, fc.option(byteString, { nil: undefined })));

const pushes: fc.Arbitrary<Push> = fc.record(
  {
    lineage: fc.stringMatching(/^[0-9a-f]{32}$/),
    base: fc.nat(),
    generation: fc.nat(),
    full: fc.boolean(),
    checkedBy: fc.stringMatching(/^[0-9a-f]{16}$/),
    changes: changes.map((entries) => new Map(entries)),
  },
  { requiredKeys: ["lineage", "base", "generation", "full", "changes"] },
);

test("the bytes of a push are its frames, as many as foretold, and say what it said", () => {
  fc.assert(
    fc.property(pushes, (push) => {
      const bytes = encodePushBytes(push);
      const text = bytes.toString("latin1");
      assert.equal(text, [...encodePush(push)].join(""));
      assert.equal(bytes.length, pushLength(push));
      assert.deepEqual(decodePush(text), { ok: true, value: { ...push } });
    }),
  );
});
