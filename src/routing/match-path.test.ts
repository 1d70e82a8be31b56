import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { PathMatch, Route } from "../snapshot/model.ts";
import { indexHost } from "./host-index.ts";
import { matchPath, needsSlash } from "./match-path.ts";

type Declared = readonly [match: PathMatch, path: string];

function indexOf(declared: readonly Declared[]) {
  const routes: Route[] = declared.map(([match, path]) => ({
    host: "example.com",
    path,
    match,
    ingress: "shop/web",
    service: "shop/web:80",
    backend: "shop/web:80",
  }));
  return indexHost({ host: "example.com", routes }, (route) => `${route.match} ${route.path}`);
}

function match(path: string, declared: readonly Declared[]): string | undefined {
  const index = indexOf(declared);
  if (matchPath(index, path) === undefined && needsSlash(index, path)) return `to ${path}/`;
  return matchPath(index, path);
}

/** Whether an NGINX prefix path covers a path, by whole segments. */
function covers(prefix: string, path: string): boolean {
  return path === prefix || path.startsWith(prefix.endsWith("/") ? prefix : `${prefix}/`);
}

/** The rules one after the other, looking at every Route. */
function naive(path: string, declared: readonly Declared[]): string | undefined {
  const exact = declared.find(([kind, it]) => kind === "exact" && it === path);
  if (exact !== undefined) return `exact ${path}`;
  const prefixes = declared.filter(([kind]) => kind === "prefix").map(([, it]) => it);
  if (!prefixes.includes(path) && path !== "" && prefixes.includes(`${path}/`)) return `to ${path}/`;
  const longest = prefixes.filter((it) => covers(it, path)).toSorted((a, b) => b.length - a.length)[0];
  return longest === undefined ? undefined : `prefix ${longest}`;
}

describe("matchPath", () => {
  it("has a prefix match itself and what lies below, by whole segments", () => {
    const declared: Declared[] = [["prefix", "/foo"]];
    assert.equal(match("/foo", declared), "prefix /foo");
    assert.equal(match("/foo/", declared), "prefix /foo");
    assert.equal(match("/foo/bar", declared), "prefix /foo");
    assert.equal(match("/foobar", declared), undefined);
    assert.equal(match("/FOO", declared), undefined);
    assert.equal(match("/", declared), undefined);
  });

  it("prefers an exact path to any prefix", () => {
    const declared: Declared[] = [
      ["prefix", "/foo"],
      ["exact", "/foo"],
      ["exact", "/foo/bar"],
      ["prefix", "/foo/bar"],
    ];
    assert.equal(match("/foo", declared), "exact /foo");
    assert.equal(match("/foo/", declared), "prefix /foo");
    assert.equal(match("/foo/bar", declared), "exact /foo/bar");
    assert.equal(match("/foo/bar/", declared), "prefix /foo/bar");
  });

  it("prefers the longest prefix, in whatever order they stand", () => {
    const declared: Declared[] = [
      ["prefix", "/"],
      ["prefix", "/a"],
      ["prefix", "/a/b/c"],
    ];
    for (const order of [declared, declared.toReversed()]) {
      assert.equal(match("/a/b/c/d", order), "prefix /a/b/c");
      assert.equal(match("/a/b/cc", order), "prefix /a");
      assert.equal(match("/ab", order), "prefix /");
      assert.equal(match("/", order), "prefix /");
    }
  });

  it("sends a request for a prefix that is written with a slash there", () => {
    const declared: Declared[] = [
      ["prefix", "/"],
      ["prefix", "/foo/"],
    ];
    assert.equal(match("/foo", declared), "to /foo/");
    assert.equal(match("/foo/", declared), "prefix /foo/");
    assert.equal(match("/foo/bar", declared), "prefix /foo/");
    assert.equal(match("/foobar", declared), "prefix /");
  });

  it("does not where another Route serves the path itself", () => {
    assert.equal(
      match("/foo", [
        ["prefix", "/foo/"],
        ["exact", "/foo"],
      ]),
      "exact /foo",
    );
    assert.equal(
      match("/foo", [
        ["prefix", "/foo/"],
        ["prefix", "/foo"],
      ]),
      "prefix /foo",
    );
  });

  it("gives everything to a sole prefix of everything, and no more than its path to a sole other one", () => {
    assert.equal(match("/any/thing", [["prefix", "/"]]), "prefix /");
    assert.equal(match("/any/thing", [["exact", "/"]]), undefined);
    assert.equal(match("/", [["exact", "/"]]), "exact /");
    assert.equal(match("/any", []), undefined);
  });

  it("is not misled by names that every object has", () => {
    const declared: Declared[] = [
      ["exact", "/x"],
      ["prefix", "/y"],
    ];
    for (const name of ["/constructor", "/__proto__", "constructor", "__proto__", "toString"]) {
      assert.equal(match(name, declared), undefined);
    }
  });

  it("agrees with the rules for any Routes and path", () => {
    const segment = fc.constantFrom("a", "b", "ab", "A", "__proto__", "\xc3\xa9");
    const path = fc
      .tuple(fc.array(segment, { maxLength: 4 }), fc.boolean())
      .map(([segments, slash]) => `/${segments.join("/")}${slash && segments.length > 0 ? "/" : ""}`);
    const declared = fc.array(fc.tuple(fc.constantFrom<PathMatch>("exact", "prefix"), path), { maxLength: 8 });
    fc.assert(
      fc.property(declared, fc.array(path, { minLength: 5, maxLength: 20 }), (routes, paths) => {
        for (const asked of [...paths, ...routes.map(([, it]) => it)])
          assert.equal(match(asked, routes), naive(asked, routes));
      }),
      { numRuns: 1000 },
    );
  });
});
