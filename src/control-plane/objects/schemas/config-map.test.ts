import assert from "node:assert/strict";
import { test } from "node:test";
import { accept, fieldsOf } from "../accept.ts";

test("entries that are text are kept, and the others are Problems", () => {
  const data = { "use-gzip": "true", "keep-alive": 75, "http-redirect-code": null };
  const raw = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" }, data };
  const { object, problems } = accept("ConfigMap", raw);
  assert.deepEqual({ ...object.data }, { "use-gzip": "true" });
  assert.deepEqual(fieldsOf(problems), ['data["keep-alive"]', 'data["http-redirect-code"]']);
});
