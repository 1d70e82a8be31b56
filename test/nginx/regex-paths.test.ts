import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { cookieOf } from "../support/client.ts";
import { startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, type Manifest, service, slices, sticky } from "../support/manifests.ts";

function path(path: string, service = "a") {
  return { path, service, pathType: "ImplementationSpecific" } as const;
}

const REGEX = { "use-regex": "true" };

function objects(a: TestEndpoint, b: TestEndpoint): readonly Manifest[] {
  return [
    ingress({ name: "id", host: "id.test", annotations: REGEX, paths: [path("/id/[0-9]+")] }),
    ingress({
      name: "ends",
      host: "ends.test",
      annotations: REGEX,
      paths: [path("/id/[0-9]{3}$"), path("/id/[0-9]+/post/[a-zA-Z]+$")],
    }),
    ingress({ name: "case", host: "case.test", annotations: REGEX, paths: [path("/Foo.*")] }),
    ingress({ name: "literal", host: "case.test", paths: [path("/longer/literal", "b")] }),
    ingress({ name: "plain", host: "mixed.test", paths: [path("/foo")] }),
    ingress({
      name: "rewritten",
      host: "mixed.test",
      annotations: { ...REGEX, "rewrite-target": "/new/backend" },
      paths: [path("/foo.+", "b")],
    }),
    ingress({
      name: "captures",
      host: "captures.test",
      annotations: { "rewrite-target": "/new/backend/$1", "x-forwarded-prefix": "/foo" },
      paths: [path("/foo/bar/(.+)")],
    }),
    ingress({
      name: "dropped",
      host: "dropped.test",
      annotations: { "rewrite-target": "/$2?" },
      paths: [path("/app(/|$)(.*)")],
    }),
    ingress({ name: "root", host: "acme.test", annotations: { "rewrite-target": "/app" }, paths: [path("/")] }),
    ingress({ name: "acme", host: "acme.test", paths: [path("/.well-known/acme/challenge", "b")] }),
    ingress({
      name: "bytes",
      host: "bytes.test",
      annotations: { "rewrite-target": "/to/$1" },
      paths: [path("/from/([^&]+)")],
    }),
    ingress({ name: "same", host: "same.test", annotations: { "rewrite-target": "/" }, paths: [path("/")] }),
    ingress({
      name: "slow",
      host: "slow.test",
      annotations: REGEX,
      paths: [path("/(a+)+$", "b"), path("/open"), path("/a")],
    }),
    ingress({ name: "wrong", host: "wrong.test", annotations: REGEX, paths: [path("/(open"), path("/")] }),
    ingress({ name: "none", host: "none.test", paths: [path("/id/[0-9]+")] }),
    ingress({ name: "sticky", host: "sticky.test", annotations: sticky(REGEX), paths: [path("/foo/.*")] }),
    ingress({
      name: "placed",
      host: "placed.test",
      annotations: sticky({ ...REGEX, "session-cookie-path": "/foo/bar" }),
      paths: [path("/foo/.*")],
    }),
    service("a"),
    service("b"),
    ...slices([a], "a"),
    ...slices([b], "b"),
  ];
}

describe("paths that are regular expressions", () => {
  let limpet: Limpet;
  let a: TestEndpoint;
  let b: TestEndpoint;

  before(async () => {
    [a, b] = await Promise.all([startEndpoint("a"), startEndpoint("b")]);
    limpet = await Limpet.start(objects(a, b));
  });

  after(async () => {
    await limpet.stop();
    await a.kill();
    await b.kill();
  });

  async function answer(host: string, path: string): Promise<string> {
    const reply = await limpet.send({ host, path });
    return reply.status === 200 ? reply.endpoint : String(reply.status);
  }

  /** What an endpoint was asked for last. */
  async function seen(host: string, path: string, endpoint = a): Promise<string | undefined> {
    assert.equal(await answer(host, path), endpoint.name);
    return endpoint.received().at(-1)?.url;
  }

  it("match from the start, and need not match to the end", async () => {
    assert.equal(await answer("id.test", "/id/1"), "a");
    assert.equal(await answer("id.test", "/id/123a"), "a");
    assert.equal(await answer("id.test", "/id/aaa"), "404");
    assert.equal(await answer("id.test", "/x/id/1"), "404");
  });

  it("match to the end where they say so", async () => {
    assert.equal(await answer("ends.test", "/id/123"), "a");
    assert.equal(await answer("ends.test", "/id/12"), "404");
    assert.equal(await answer("ends.test", "/id/1234"), "404");
    assert.equal(await answer("ends.test", "/id/1/post/abc"), "a");
    assert.equal(await answer("ends.test", "/id/1/post/1"), "404");
  });

  it("are without regard to case, as are all paths of the host, and prefixes by bytes", async () => {
    assert.equal(await answer("case.test", "/foobar"), "a");
    assert.equal(await answer("case.test", "/LONGER/literals"), "b");
  });

  it("stay what they are where nothing asks for them", async () => {
    assert.equal(await answer("none.test", "/id/1"), "404");
    assert.equal(await answer("none.test", "/id/%5B0-9%5D+"), "a");
  });

  it("are rewritten beside one that is not", async () => {
    assert.equal(await seen("mixed.test", "/foo"), "/foo");
    assert.equal(await seen("mixed.test", "/foo/bar", b), "/new/backend");
  });

  it("give what their groups match to the rewritten path, and keep the query", async () => {
    assert.equal(await seen("captures.test", "/foo/bar/bar?x=%20y"), "/new/backend/bar?x=%20y");
    assert.equal(a.received().at(-1)?.headers["x-forwarded-prefix"], "/foo");
    assert.equal(await seen("id.test", "/id/1"), "/id/1");
    assert.equal(a.received().at(-1)?.headers["x-forwarded-prefix"], undefined);
  });

  it("encode again what was decoded, so that no path becomes two lines or a query", async () => {
    const raw = "/from/x%0d%0aEvil:%201%3Fq%23%25%e4";
    assert.equal((await seen("bytes.test", raw))?.toLowerCase(), raw.replace("/from/", "/to/").toLowerCase());
    assert.equal(a.received().at(-1)?.headers["evil"], undefined);
  });

  it("drop the query where the target ends with a question mark", async () => {
    assert.equal(await seen("dropped.test", "/app/x/y?a=b"), "/x/y");
    assert.equal(await seen("dropped.test", "/app"), "/");
    assert.equal(await answer("dropped.test", "/application"), "404");
  });

  it("leave other Ingresses' paths on the host unrewritten", async () => {
    assert.equal(await seen("acme.test", "/.well-known/acme/challenge/x", b), "/.well-known/acme/challenge/x");
    assert.equal(await seen("acme.test", "/anything"), "/app");
  });

  it("are not rewritten to themselves", async () => {
    assert.equal(await seen("same.test", "/kept?x"), "/kept?x");
  });

  it("cannot hold a worker, and what lies behind them is not served in their place", async () => {
    assert.equal(await answer("slow.test", "/aaaa"), "b");
    const started = process.hrtime.bigint();
    assert.equal(await answer("slow.test", `/${"a".repeat(4000)}!`), "500");
    assert.ok(process.hrtime.bigint() - started < 5_000_000_000n, "a search that is not cut off takes years");
    assert.equal(await answer("slow.test", "/open"), "a");
    assert.match(limpet.log, /regular expression .*pcre_exec\(\) failed/);
  });

  it("that are none are Problems, and the others are served", async () => {
    assert.equal(await answer("wrong.test", "/anything"), "a");
    assert.match((await limpet.admin("/api/v1/problems")).body, /route\/path-not-a-regex/);
  });

  it("have cookies that come back: of what all their matches begin with, or of what is asked for", async () => {
    const first = await limpet.send({ host: "sticky.test", path: "/foo/bar" });
    assert.match(first.setCookies[0] ?? "", /; Path=\/foo;/);
    const again = await limpet.send({ host: "sticky.test", path: "/foo/bar", cookie: cookieOf(first) });
    assert.deepEqual(again.setCookies, []);
    const placed = await limpet.send({ host: "placed.test", path: "/foo/bar" });
    assert.match(placed.setCookies[0] ?? "", /; Path=\/foo\/bar;/);
    const { body } = await limpet.admin("/api/v1/problems");
    assert.match(body, /session-cookie-path should be set when use-regex is true/);
  });

  it("stand in the log as the client wrote them, and in explain with what becomes of them", async () => {
    await limpet.send({ host: "captures.test", path: "/foo/bar/logged" });
    await limpet.eventually("the line", async () =>
      (await limpet.accessLines()).some((line) => line["path"] === "/foo/bar/logged"),
    );
    const { body } = await limpet.admin("/api/v1/explain?url=http://captures.test/foo/bar/x");
    const explained = JSON.parse(body) as { matched: boolean; steps: { step: string; outcome: string }[] };
    assert.equal(explained.matched, true);
    assert.equal(explained.steps.find(({ step }) => step === "rewrite")?.outcome, "/new/backend/x");
  });
});
