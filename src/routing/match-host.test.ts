import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { CATCH_ALL, matchHost, wildcardOf } from "./match-host.ts";

function match(host: string, declared: readonly string[]): string | undefined {
  return matchHost(host, (name) => declared.find((it) => it === name));
}

/** The rule itself, as ingress-nginx 1.15.1 has it: a wildcard is `[\w-]+` in front of what follows the star. */
function naive(host: string, declared: readonly string[]): string | undefined {
  if (declared.includes(host)) return host;
  const wildcard = declared.find((it) => it.startsWith("*.") && isOneLabel(host, it.substring(1)));
  return wildcard ?? declared.find((it) => it === CATCH_ALL);
}

function isOneLabel(host: string, rest: string): boolean {
  return host.endsWith(rest) && /^[\w-]+$/.test(host.substring(0, host.length - rest.length));
}

describe("wildcardOf", () => {
  it("puts a star in place of the first label", () => {
    assert.equal(wildcardOf("a.example.com"), "*.example.com");
    assert.equal(wildcardOf("a-1_B.example.com"), "*.example.com");
    assert.equal(wildcardOf("a.b.example.com"), "*.b.example.com");
  });

  it("knows none for a host of one label, or whose first label is none", () => {
    for (const host of [
      "",
      "localhost",
      ".example.com",
      "*.example.com",
      "ä.example.com",
      "a b.example.com",
      "[::1]",
    ]) {
      assert.equal(wildcardOf(host), undefined, host);
    }
  });
});

describe("matchHost", () => {
  const declared = ["a.example.com", "*.example.com", "*.b.example.com", CATCH_ALL];

  it("takes the host itself, then the wildcard that covers it, then the catch-all", () => {
    assert.equal(match("a.example.com", declared), "a.example.com");
    assert.equal(match("c.example.com", declared), "*.example.com");
    assert.equal(match("c.b.example.com", declared), "*.b.example.com");
    assert.equal(match("other.test", declared), CATCH_ALL);
  });

  it("has a wildcard cover exactly one label", () => {
    assert.equal(match("example.com", declared), CATCH_ALL);
    assert.equal(match("x.y.example.com", declared), CATCH_ALL);
    assert.equal(match(".example.com", declared), CATCH_ALL);
  });

  it("finds nothing where nothing covers a host", () => {
    assert.equal(match("other.test", declared.slice(0, 3)), undefined);
    assert.equal(match("constructor", []), undefined);
  });

  it("agrees with the rule for any hosts", () => {
    const label = fc.constantFrom("a", "b", "c-d", "_e", "", "ä", "A1");
    const host = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join("."));
    const declaredHost = fc.oneof(
      host,
      host.map((it) => `*.${it}`),
      fc.constant(CATCH_ALL),
    );
    fc.assert(
      fc.property(host, fc.array(declaredHost), (asked, hosts) =>
        assert.equal(match(asked, hosts), naive(asked, hosts)),
      ),
      { numRuns: 2000 },
    );
  });
});
