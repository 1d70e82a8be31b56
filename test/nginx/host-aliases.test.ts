import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { cookieOf } from "../support/client.ts";
import { startEndpoint, startEndpoints, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, type Manifest, service, slices, sticky } from "../support/manifests.ts";

function prefix(path: string, service: string) {
  return { path, service };
}

describe("aliases of hosts", () => {
  let limpet: Limpet;
  let pods: TestEndpoint[];
  let other: TestEndpoint;

  function objects(more: readonly Manifest[] = []): readonly Manifest[] {
    return [
      ingress({
        name: "main",
        host: "foo.test",
        annotations: sticky({ "server-alias": "a1.foo.test, A2.foo.test,*.wild.test" }),
        paths: [prefix("/bar", "web")],
        createdAt: "2026-01-01T00:00:00Z",
      }),
      ingress({
        name: "first",
        host: "app.test",
        paths: [prefix("/app-a", "web")],
        createdAt: "2026-01-01T00:00:00Z",
      }),
      ingress({
        name: "second",
        host: "app.test",
        annotations: { "server-alias": "alias.app.test,declared.test,~^www\\d+$" },
        paths: [prefix("/app-b", "other")],
        createdAt: "2026-01-02T00:00:00Z",
      }),
      ingress({
        name: "third",
        host: "app.test",
        annotations: { "server-alias": "late.app.test" },
        paths: [prefix("/app-c", "other")],
        createdAt: "2026-01-03T00:00:00Z",
      }),
      ingress({ name: "declared", host: "declared.test", paths: [prefix("/", "other")] }),
      service("web"),
      service("other"),
      ...slices(pods, "web"),
      ...slices([other], "other"),
      ...more,
    ];
  }

  before(async () => {
    pods = await startEndpoints(2);
    other = await startEndpoint("other");
    limpet = await Limpet.start(objects());
  });

  after(async () => {
    await limpet.stop();
    for (const endpoint of [...pods, other]) await endpoint.kill();
  });

  it("serve what the host serves, with its cookie", async () => {
    for (const host of ["foo.test", "a1.foo.test", "a2.foo.test", "one.wild.test"]) {
      const first = await limpet.send({ host, path: "/bar" });
      assert.equal(first.status, 200, host);
      const again = await limpet.send({ host, path: "/bar", cookie: cookieOf(first) });
      assert.deepEqual([again.endpoint, again.setCookies.length], [first.endpoint, 0], host);
    }
    assert.equal((await limpet.send({ host: "a3.foo.test", path: "/bar" })).status, 404);
  });

  it("serve the paths of every Ingress of the host, whichever names them", async () => {
    assert.equal((await limpet.send({ host: "alias.app.test", path: "/app-a" })).status, 200);
    assert.equal((await limpet.send({ host: "alias.app.test", path: "/app-b" })).endpoint, "other");
  });

  it("are named by one Ingress of a host", async () => {
    assert.equal((await limpet.send({ host: "late.app.test", path: "/app-a" })).status, 404);
  });

  it("never take a declared host over, and are no regular expressions: both are Problems", async () => {
    assert.equal((await limpet.send({ host: "declared.test", path: "/app-a" })).endpoint, "other");
    const { body } = await limpet.admin("/api/v1/problems");
    const problems = JSON.parse(body) as { object: string; message: string }[] | { problems: { message: string }[] };
    const text = JSON.stringify(problems);
    assert.match(text, /declared\.test is declared by a rule/);
    assert.match(text, /No host can have the name ~\^www/);
    assert.match(text, /only one Ingress may/);
  });

  it("are what explain says they are", async () => {
    const { body } = await limpet.admin("/api/v1/explain?url=http://alias.app.test/app-a");
    assert.match(body, /an alias of app\.test/);
  });

  it("follow changes of the host, and give way to a host that is declared later", async () => {
    await limpet.apply(objects([ingress({ name: "new", host: "app.test", paths: [prefix("/app-d", "web")] })]));
    assert.equal((await limpet.send({ host: "alias.app.test", path: "/app-d" })).status, 200);
    await limpet.apply(objects([ingress({ name: "new", host: "alias.app.test", paths: [prefix("/", "other")] })]));
    assert.equal((await limpet.send({ host: "alias.app.test", path: "/app-a" })).endpoint, "other");
    await limpet.apply(objects());
    assert.notEqual((await limpet.send({ host: "alias.app.test", path: "/app-a" })).endpoint, "other");
  });
});
