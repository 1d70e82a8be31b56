import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { toJavaScript } from "../../src/control-plane/patterns/to-javascript.ts";
import { encode } from "../../src/snapshot/codec.ts";
import type { Host, PathMatch } from "../../src/snapshot/model.ts";
import { LuaRuntime } from "./lua-runtime.ts";
import { type Case, differences, inLua, inNode, type Things } from "./runtimes.ts";

const SEED = 20_250_101;

function sample<T>(arbitrary: fc.Arbitrary<T>, count: number): readonly T[] {
  return fc.sample(arbitrary, { numRuns: count, seed: SEED });
}

const piece = fc.constantFrom(
  ...["a", "B", "/", "/foo", "1", "_", " ", "\xe4", "-", "]", "}", "{", "{,2}"],
  ...[".", "\\.", "\\d", "\\D", "\\w", "\\W", "\\s", "\\S", "\\b", "\\B", "\\z", "\\A", "\\x2f", "\\t"],
  ...[
    "$",
    "^",
    "|",
    "(",
    ")",
    "(?:",
    "(?=",
    "(?!",
    "(?<n>",
    "(?P<m>",
    "(?i)",
    "*",
    "+",
    "?",
    "*?",
    "{2}",
    "{1,}",
    "{0,2}?",
  ],
  ...["[a-c]", "[^/]", "[[:alnum:]_]", "[^[:space:]]", "[\\]a]", "[\\w-]", "[a[]", "[.$]", "[\\s\\d]", "[A-Z]"],
);
const pattern = fc.array(piece, { maxLength: 8 }).map((pieces) => `/${pieces.join("")}`);
const text = fc
  .array(
    fc.constantFrom(
      "a",
      "b",
      "A",
      "foo",
      "/",
      "1",
      "11",
      "_",
      " ",
      "\n",
      "\r",
      "\x0b",
      "\xe4",
      "\xa0",
      "-",
      "{,2}",
      "]",
      ".",
    ),
    {
      maxLength: 7,
    },
  )
  .map((pieces) => `/${pieces.join("")}`);
const served = pattern.filter((it) => toJavaScript(it).ok);

describe("PCRE inside NGINX and Node", () => {
  let lua: LuaRuntime;

  before(async () => {
    lua = await LuaRuntime.start();
  });

  after(() => lua?.stop());

  async function assertAgree(cases: readonly Case[], things: Things = {}): Promise<readonly unknown[]> {
    const answers = inNode(cases, things);
    assert.deepEqual(differences(cases, answers, await inLua(lua, cases, things)).slice(0, 5), []);
    return answers;
  }

  it("agree about every pattern that is served: whether it matches, and what its groups do", async () => {
    const cases = sample(fc.tuple(text, served), 2000).map(([asked, it]): Case => ["pattern", asked, it]);
    const answers = (await assertAgree(cases)) as readonly (readonly unknown[])[];
    const matching = answers.filter(([matches]) => matches === true).length;
    assert.ok(matching > 200 && matching < 1800, `${matching} of 2000 match`);
  });

  it("would be caught disagreeing: what is refused means something else in each", async () => {
    const cases: Case[] = [
      ["pattern", "/\xa0", "/\\s"],
      ["pattern", "/a", "/a"],
    ];
    const plain = inNode(cases).with(0, [true, "/"]);
    assert.equal(differences(cases, plain, await inLua(lua, cases)).length, 1);
  });

  it("agree about the Route on a host in regex mode", async () => {
    const route = fc.record({ match: fc.constantFrom<PathMatch>("exact", "prefix"), path: served });
    const hosts = sample(fc.array(route, { maxLength: 6 }), 100).map((routes): Host => {
      const rest = { host: "example.com", ingress: "a/b", service: "a/c:80", backend: "a/c:80" };
      return { host: "example.com", regex: true, routes: routes.map((it) => ({ ...it, ...rest })) };
    });
    const paths = sample(text, 20);
    const cases = hosts.flatMap((_, i) => paths.map((path): Case => ["matchRegex", i, path]));
    const answers = await assertAgree(cases, { hosts: hosts.map((host) => encode(host)) });
    assert.ok(answers.some((answer) => answer === "none") && answers.some((answer) => answer !== "none"));
  });

  it("agree about rewritten paths", async () => {
    const target = fc
      .array(fc.constantFrom("/", "new", "$1", "$2", "$9", "$", "$0", "a:b", "?"), { maxLength: 6 })
      .map((pieces) => pieces.join(""));
    const cases = sample(fc.tuple(target, served, text), 1000).map(
      ([to, from, path]): Case => ["rewrite", to, from, path],
    );
    const answers = await assertAgree(cases);
    assert.ok(answers.some((answer) => answer !== false));
  });

  it("agree about the root of a host", async () => {
    await assertAgree([
      ["appRoot", "/foo", "/", true],
      ["appRoot", "/foo", "/", false],
      ["appRoot", "/foo", "/foo", false],
    ]);
  });
});
