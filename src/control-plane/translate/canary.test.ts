import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeHost } from "../../snapshot/entries.ts";
import { MOST_BUILT_ENDPOINTS } from "../../snapshot/ring.ts";
import type { CanaryPolicy } from "../../snapshot/route-policies.ts";
import type { Ingress } from "../objects/model.ts";
import { deleted, endpoint, ingress, path, rule, service, set, slice, TEST_OPTIONS } from "./test-objects.ts";
import { Translator } from "./translator.ts";

const MAIN = ingress("main", [rule("a.test", path("/", "web"))], { annotations: { "limpet.dev/affinity": "cookie" } });
const SERVICES = [
  service("web"),
  slice("web-1", "web", [endpoint("10.0.0.1")]),
  service("next"),
  slice("next-1", "next", [endpoint("10.0.0.2")]),
];

function canary(annotations: Readonly<Record<string, string>> = {}, host = "a.test", more: object = {}): Ingress {
  const all = { "limpet.dev/canary": "true", ...annotations };
  return ingress("canary", [rule(host, path("/", "next"))], { annotations: all, createdAt: 1, ...more });
}

function canaryOf(it: Translator, host = "a.test"): CanaryPolicy | undefined {
  const decoded = decodeHost(it.entries().get(`host/${host}`) ?? "");
  return decoded.ok ? decoded.value.routes[0]?.policies?.canary : undefined;
}

function codesOf(it: Translator): string[] {
  return it.problems().map(({ code }) => code);
}

describe("a canary that comes, changes and goes", () => {
  it("changes its host and its Backend alone", () => {
    const it = new Translator(TEST_OPTIONS);
    const other = ingress("other", [rule("b.test", path("/", "web"))]);
    it.apply(set(MAIN, other, ...SERVICES));
    const names = (changes: Parameters<Translator["apply"]>[0]) => [...it.apply(changes).changed.keys()].sort();
    assert.deepEqual(names(set(canary())), ["backend/default/next:80", "host/a.test"]);
    assert.deepEqual(names(set(canary({ "limpet.dev/canary-weight": "20" }))), ["host/a.test"]);
    assert.equal(canaryOf(it)?.weight, 20);
    assert.deepEqual(names(set(slice("next-1", "next", [endpoint("10.0.0.3")]))), ["backend/default/next:80"]);
    assert.deepEqual(names([deleted(canary())]), ["backend/default/next:80", "host/a.test"]);
    assert.equal(canaryOf(it), undefined);
    assert.equal(it.entries().has("backend/default/next:80"), false);
  });

  it("waits for its main, and says so meanwhile", () => {
    const it = new Translator(TEST_OPTIONS);
    it.apply(set(canary(), ...SERVICES));
    assert.deepEqual(codesOf(it), ["canary/no-main"]);
    assert.equal(it.entries().has("host/a.test"), false);
    it.apply(set(MAIN));
    assert.deepEqual(codesOf(it), []);
    assert.equal(canaryOf(it)?.backend, "default/next:80");
    it.apply([deleted(MAIN)]);
    assert.deepEqual(codesOf(it), ["canary/no-main"]);
    assert.equal(it.entries().has("host/a.test"), false);
  });

  it("becomes an ordinary Ingress, and one again", () => {
    const it = new Translator(TEST_OPTIONS);
    it.apply(set(MAIN, canary({}, "b.test"), ...SERVICES));
    assert.equal(it.entries().has("host/b.test"), false);
    it.apply(set(canary({ "limpet.dev/canary": "false" }, "b.test")));
    assert.equal(it.entries().has("host/b.test"), true);
    it.apply(set(canary({}, "b.test")));
    assert.equal(it.entries().has("host/b.test"), false);
  });

  it("is ours like any other Ingress: its status is written", () => {
    const it = new Translator(TEST_OPTIONS);
    it.apply(set(MAIN, canary(), ...SERVICES));
    assert.equal(it.ours("default/canary")?.metadata.name, "canary");
  });

  it("gives its place to the next when it goes", () => {
    const it = new Translator(TEST_OPTIONS);
    const rival = ingress("rival", [rule("a.test", path("/", "next"))], {
      annotations: { "limpet.dev/canary": "true", "limpet.dev/canary-weight": "7" },
      createdAt: 2,
    });
    it.apply(set(MAIN, rival, canary(), ...SERVICES));
    assert.deepEqual([canaryOf(it)?.weight, codesOf(it)], [0, ["canary/second"]]);
    it.apply([deleted(canary())]);
    assert.deepEqual([canaryOf(it)?.weight, codesOf(it)], [7, []]);
  });

  it("gets its mark under the new keys when they change", () => {
    const it = new Translator(TEST_OPTIONS);
    it.apply(set(MAIN, canary(), ...SERVICES));
    const before = canaryOf(it);
    const { changed } = it.rekey({ current: Buffer.alloc(32, 8), former: Buffer.alloc(32, 7) });
    assert.ok(changed.has("host/a.test"));
    assert.notEqual(canaryOf(it)?.mark, before?.mark);
    assert.equal(canaryOf(it)?.formerMark, before?.mark);
  });

  it("has a ring where it is large and sticky, and none where it is legacy", () => {
    const many = Array.from({ length: MOST_BUILT_ENDPOINTS + 1 }, (_, i) => endpoint(`10.1.${i >> 7}.${i & 127}`));
    const it = new Translator(TEST_OPTIONS);
    it.apply(set(MAIN, canary(), service("web"), service("next"), slice("next-1", "next", many)));
    assert.equal(it.entries().has("ring/default/next:80"), true);
    it.apply(set(canary({ "limpet.dev/affinity-canary-behavior": "legacy" })));
    assert.equal(it.entries().has("ring/default/next:80"), false);
  });
});
