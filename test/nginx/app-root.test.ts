import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, service, slices } from "../support/manifests.ts";

describe("the root of a host, and the host that endpoints see", () => {
  let limpet: Limpet;
  let endpoint: TestEndpoint;

  before(async () => {
    endpoint = await startEndpoint("a");
    limpet = await Limpet.start([
      ingress({ name: "whole", host: "whole.test", annotations: { "app-root": "/foo" } }),
      ingress({
        name: "part",
        host: "part.test",
        annotations: { "app-root": "/foo" },
        paths: [{ path: "/foo", service: "web" }],
      }),
      ingress({ name: "plain", host: "plain.test" }),
      ingress({ name: "vhost", host: "vhost.test", annotations: { "upstream-vhost": "inner.test:81" } }),
      ingress({
        name: "vhost-and-errors",
        host: "both.test",
        annotations: { "upstream-vhost": "inner.test", "custom-http-errors": "404", "default-backend": "web" },
      }),
      ingress({ name: "slash", host: "slash.test", paths: [{ path: "/dir/", service: "web" }] }),
      ingress({
        name: "relative",
        host: "relative.test",
        annotations: { "relative-redirects": "true" },
        paths: [{ path: "/dir/", service: "web" }],
      }),
      service(),
      ...slices([endpoint]),
    ]);
  });

  after(async () => {
    await limpet.stop();
    await endpoint.kill();
  });

  it("app-root sends requests for the root elsewhere, and no others", async () => {
    for (const host of ["whole.test", "part.test"]) {
      const reply = await limpet.send({ host: `${host}:8080`, path: "/?x" });
      assert.deepEqual([reply.status, reply.headers.location], [302, `http://${host}:8080/foo`]);
      assert.equal((await limpet.send({ host, path: "/foo" })).status, 200);
    }
    assert.equal((await limpet.send({ host: "plain.test" })).status, 200);
  });

  it("app-root shows in explain", async () => {
    for (const host of ["whole.test", "part.test"]) {
      assert.match((await limpet.admin(`/api/v1/explain?url=http://${host}/`)).body, new RegExp(`http://${host}/foo`));
    }
  });

  it("upstream-vhost is the Host that endpoints see, and nobody else's", async () => {
    await limpet.send({ host: "vhost.test" });
    assert.equal(endpoint.received().at(-1)?.headers.host, "inner.test:81");
    assert.equal(endpoint.received().at(-1)?.headers["x-forwarded-host"], "vhost.test");
    await limpet.send({ host: "both.test" });
    assert.equal(endpoint.received().at(-1)?.headers.host, "inner.test");
    await limpet.send({ host: "plain.test" });
    assert.equal(endpoint.received().at(-1)?.headers.host, "plain.test");
  });

  it("redirects to a slash name no host, whether that is asked for or not", async () => {
    for (const host of ["slash.test", "relative.test"]) {
      const reply = await limpet.send({ host, path: "/dir?x=1" });
      assert.deepEqual([reply.status, reply.headers.location], [301, "/dir/?x=1"]);
    }
  });
});
