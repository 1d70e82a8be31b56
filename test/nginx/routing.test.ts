import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Reply, send } from "../support/client.ts";
import { startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, type Manifest, type PathSpec, service, slices } from "../support/manifests.ts";

describe("routing", () => {
  let limpet: Limpet;
  let a: TestEndpoint;
  let b: TestEndpoint;

  before(async () => {
    a = await startEndpoint("a");
    b = await startEndpoint("b");
    const on = (
      host: string,
      paths: readonly PathSpec[],
      name = host.replaceAll(".", "-").replace("*", "wild"),
    ): Manifest => ingress({ name, host, paths });
    limpet = await Limpet.start([
      on("prefix.test", [{ service: "a", path: "/aaa" }]),
      on("exact.test", [
        { service: "a", path: "/foo", pathType: "Exact" },
        { service: "b", path: "/foo", pathType: "Prefix" },
        { service: "a", path: "/foo/bar", pathType: "Prefix" },
      ]),
      on("slash.test", [
        { service: "a", path: "/dir/" },
        { service: "b", path: "/" },
      ]),
      on("*.wild.test", [{ service: "a" }]),
      on("own.wild.test", [{ service: "b", path: "/only" }]),
      on("loose.test", [{ service: "a", path: "", pathType: "ImplementationSpecific" }]),
      on("missing.test", [{ service: "nobody" }]),
      on("no-port.test", [{ service: "a", port: 99 }]),
      on("named.test", [{ service: "a", port: "http" }]),
      ingress({ name: "older", host: "shared.test", createdAt: "2026-01-01T00:00:00Z", paths: [{ service: "a" }] }),
      ingress({ name: "younger", host: "shared.test", createdAt: "2026-01-02T00:00:00Z", paths: [{ service: "b" }] }),
      ingress({ name: "tie-a", host: "tie.test", createdAt: "2026-01-01T00:00:00Z", paths: [{ service: "a" }] }),
      ingress({ name: "tie-b", host: "tie.test", createdAt: "2026-01-01T00:00:00Z", paths: [{ service: "b" }] }),
      service("a"),
      service("b"),
      ...slices([a], "a"),
      ...slices([b], "b"),
    ]);
  });

  after(async () => {
    await limpet.stop();
    await a.kill();
    await b.kill();
  });

  async function answer(host: string, path = "/"): Promise<string> {
    const reply = await limpet.send({ host, path });
    return reply.status === 200 ? reply.endpoint : String(reply.status);
  }

  it("matches a prefix by whole segments", async () => {
    assert.equal(await answer("prefix.test", "/aaa"), "a");
    assert.equal(await answer("prefix.test", "/aaa/"), "a");
    assert.equal(await answer("prefix.test", "/aaa/cccc"), "a");
    assert.equal(await answer("prefix.test", "/aaacccc"), "404");
    assert.equal(await answer("prefix.test", "/AAA"), "404");
  });

  it("matches the decoded and normalised path", async () => {
    assert.equal(await answer("prefix.test", "/%61aa/x"), "a");
    assert.equal(await answer("prefix.test", "/b/../aaa"), "a");
    assert.equal(await answer("prefix.test", "//aaa"), "a");
    assert.equal(await answer("prefix.test", "/aaa?x=/b"), "a");
  });

  it("prefers an exact path, then the longest prefix", async () => {
    assert.equal(await answer("exact.test", "/foo"), "a");
    assert.equal(await answer("exact.test", "/foo/"), "b");
    assert.equal(await answer("exact.test", "/foo/bar/x"), "a");
  });

  it("sends a client to the slash that a prefix path ends with", async () => {
    const reply = await limpet.send({ host: "slash.test", path: "/dir?x=1" });
    assert.equal(reply.status, 301);
    assert.match(reply.headers.location ?? "", /\/dir\/\?x=1$/);
    assert.equal(await answer("slash.test", "/dir/x"), "a");
    assert.equal(await answer("slash.test", "/other"), "b");
  });

  it("takes a wildcard host for exactly one label, and never for a host that is declared", async () => {
    assert.equal(await answer("x.wild.test"), "a");
    assert.equal(await answer("x.y.wild.test"), "404");
    assert.equal(await answer("wild.test"), "404");
    assert.equal(await answer("own.wild.test", "/only"), "b");
    assert.equal(await answer("own.wild.test", "/else"), "404");
  });

  it("compares hosts without case, port and the dot at the end", async () => {
    assert.equal(await answer("PREFIX.test:8080", "/aaa"), "a");
    assert.equal(await answer("prefix.test.", "/aaa"), "a");
  });

  it("takes an empty path for everything", async () => {
    assert.equal(await answer("loose.test", "/any/where"), "a");
  });

  it("answers 404 for what nobody declares, whatever the method", async () => {
    assert.equal(await answer("unknown.test"), "404");
    assert.equal((await limpet.send({ host: "unknown.test", method: "POST", body: "x" })).status, 404);
  });

  it("answers 503 where the Service or its port is missing", async () => {
    assert.equal(await answer("missing.test"), "503");
    assert.equal(await answer("no-port.test"), "503");
    assert.equal(await answer("named.test"), "a");
  });

  it("lets the oldest Ingress own a path, and the last by name of those made in one second", async () => {
    assert.equal(await answer("shared.test"), "a");
    assert.equal(await answer("tie.test"), "b");
  });

  it("answers load balancers on hosts that nobody declares", async () => {
    assert.equal((await limpet.send({ host: "lb.test", path: "/healthz" })).status, 200);
  });

  it("tells the endpoint who the client is, and keeps what the client claimed apart", async () => {
    await limpet.send({
      host: "prefix.test",
      path: "/aaa?x=%20",
      headers: {
        "x-forwarded-for": "1.2.3.4",
        "x-forwarded-host": "evil.test",
        "x-forwarded-proto": "https",
        "x-request-id": "my-id",
        proxy: "http://evil",
        "x-under_score": "dropped",
      },
    });
    const seen = a.received().at(-1);
    const headers = seen?.headers ?? {};
    assert.equal(seen?.url, "/aaa?x=%20");
    assert.equal(headers.host, "prefix.test");
    assert.equal(headers["x-real-ip"], "127.0.0.1");
    assert.equal(headers["x-forwarded-for"], "127.0.0.1");
    assert.equal(headers["x-forwarded-host"], "prefix.test");
    assert.equal(headers["x-forwarded-port"], String(limpet.httpPort));
    assert.equal(headers["x-forwarded-proto"], "http");
    assert.equal(headers["x-forwarded-scheme"], "http");
    assert.equal(headers["x-scheme"], "http");
    assert.equal(headers["x-original-forwarded-for"], "1.2.3.4");
    assert.equal(headers["x-original-forwarded-host"], "evil.test");
    assert.equal(headers["x-request-id"], "my-id");
    assert.equal(headers["proxy"], undefined);
    assert.equal(headers["x-under_score"], undefined);
  });

  it("gives a request without an id one of its own", async () => {
    await limpet.send({ host: "prefix.test", path: "/aaa" });
    assert.match(String(a.received().at(-1)?.headers["x-request-id"]), /^[0-9a-f]{32}$/);
  });

  it("does not say what serves the response", async () => {
    const reply: Reply = await send(limpet.httpPort, { host: "prefix.test", path: "/aaa" });
    assert.equal(reply.headers["server"], undefined);
  });

  it("refuses a body above the limit", async () => {
    const reply = await limpet.send({ host: "prefix.test", path: "/aaa", method: "POST", body: "x".repeat(1_100_000) });
    assert.equal(reply.status, 413);
  });
});
