import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseCacheDurations } from "./parse-cache-durations.ts";

function read(text: string): unknown {
  const parsed = parseCacheDurations(text);
  return parsed.ok ? parsed.value : undefined;
}

describe("parseCacheDurations", () => {
  it("reads statuses with their durations, in NGINX's units", () => {
    assert.deepEqual(read("200 202 401 5m"), { 200: 300, 202: 300, 401: 300 });
    assert.deepEqual(read("200 1h30m, 401 500ms"), { 200: 5400, 401: 0.5 });
    assert.deepEqual(read(" any 90 "), { any: 90 });
    assert.deepEqual(read("1d"), { 200: 86_400, 301: 86_400, 302: 86_400 });
    assert.deepEqual(read("200 0"), { 200: 0 });
  });

  it("refuses anything else", () => {
    const bad = ["soon", "200", "200 5x", "99 5m", "200 5m,", "200,202 5m", "-5m", "5 m", "__proto__ 5m", ""];
    for (const text of bad) assert.equal(read(text), undefined, text);
  });
});
