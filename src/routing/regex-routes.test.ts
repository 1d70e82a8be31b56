import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PathMatch, Route } from "../snapshot/model.ts";
import type { Patterns } from "./patterns.ts";
import { indexRegexRoutes, matchRegex } from "./regex-routes.ts";

function route(path: string, match: PathMatch = "prefix"): Route {
  return { host: "example.com", path, match, ingress: "a/b", service: "a/c:80", backend: "a/c:80" };
}

/** Without regard to case; patterns with `slow` in them take too long. Remembers what was searched for. */
function patterns(asked: string[] = []): Patterns {
  return {
    matches: (text, pattern) => {
      asked.push(pattern);
      return pattern.includes("slow") ? undefined : new RegExp(pattern, "i").test(text);
    },
    matchesByCase: () => undefined,
    groups: () => undefined,
  };
}

function match(paths: readonly string[], path: string, asked: string[] = []): string {
  const routes = indexRegexRoutes(
    paths.map((it) => route(it)),
    (it) => ({ path: it.path }),
  );
  const found = matchRegex(routes, path, patterns(asked));
  return typeof found === "string" ? found : found.path;
}

describe("the Routes of a host in regex mode", () => {
  it("are tried in their order, and the first that matches is taken", () => {
    assert.equal(match(["/foo/[a-z]+", "/foo", "/"], "/foo/bar"), "/foo/[a-z]+");
    assert.equal(match(["/foo/[a-z]+", "/foo", "/"], "/FOOD"), "/foo");
    assert.equal(match(["/foo/[a-z]+", "/foo"], "/"), "none");
  });

  it("are searched for only where the path begins as they do", () => {
    const asked: string[] = [];
    assert.equal(match(["/bar/.*", "/foo/.*", "/[f]"], "/FOO/x", asked), "/foo/.*");
    assert.deepEqual(asked, ["^/foo/.*"]);
  });

  it("are given up together when one search is cut off", () => {
    assert.equal(match(["/slow.*", "/slo"], "/slow"), "cut-off");
  });

  it("may stand for another pattern than their path", () => {
    const routes = indexRegexRoutes([{ ...route("/c++"), pattern: "/c\\+\\+" }], () => ({}));
    assert.deepEqual(
      routes.map(({ pattern, literal }) => [pattern, literal]),
      [["^/c\\+\\+", "/c"]],
    );
  });
});
