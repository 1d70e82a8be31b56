import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { showValue } from "./show-value.ts";

test("text is shown as it is, and anything else as JSON", () => {
  assert.equal(showValue("1h"), "1h");
  assert.equal(showValue({ port: 80 }), '{"port":80}');
  assert.equal(showValue(undefined), "");
});

test("control characters are shown as escapes", () => {
  assert.equal(showValue("a\u001b[31m\nb"), "a\\u001b[31m\\u000ab");
});

test("a long value is cut and says so", () => {
  const shown = showValue("x".repeat(500));
  assert.equal(shown.length, 100);
  assert.ok(shown.endsWith("…"));
});

test("a value that has no JSON is shown by its type", () => {
  const endless: Record<string, unknown> = {};
  endless.self = endless;
  assert.equal(showValue(endless), "(object)");
});

test("whatever is shown is short and without control characters", () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      const shown = showValue(value);
      assert.ok(shown.length <= 100);
      assert.doesNotMatch(shown, /\p{Cc}/u);
    }),
  );
});
