import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, service, slices } from "../support/manifests.ts";

describe("redirects", () => {
  let limpet: Limpet;
  let endpoint: TestEndpoint;

  before(async () => {
    endpoint = await startEndpoint("a");
    const to = "https://new.example.com/shop?from=old";
    limpet = await Limpet.start([
      ingress({ name: "moved", host: "moved.test", annotations: { "permanent-redirect": to } }),
      ingress({
        name: "away",
        host: "away.test",
        annotations: { "permanent-redirect": to, "temporal-redirect": "https://away.example.com" },
      }),
      ingress({
        name: "kept",
        host: "kept.test",
        annotations: { "permanent-redirect": to, "permanent-redirect-code": "308" },
      }),
      ingress({ name: "wrong", host: "wrong.test", annotations: { "permanent-redirect": "javascript:alert(1)" } }),
      service(),
      ...slices([endpoint]),
    ]);
  });

  after(async () => {
    await limpet.stop();
    await endpoint.kill();
  });

  it("answer in place of the endpoint", async () => {
    const reply = await limpet.send({ host: "moved.test", path: "/anything?a=b" });
    assert.equal(reply.status, 301);
    assert.equal(reply.headers.location, "https://new.example.com/shop?from=old");
  });

  it("are temporary where both are asked for", async () => {
    const reply = await limpet.send({ host: "away.test" });
    assert.equal(reply.status, 302);
    assert.equal(reply.headers.location, "https://away.example.com");
  });

  it("have the status that is asked for", async () => {
    assert.equal((await limpet.send({ host: "kept.test" })).status, 308);
  });

  it("to what is no URL are none", async () => {
    assert.equal((await limpet.send({ host: "wrong.test" })).status, 200);
    const { body } = await limpet.admin("/api/v1/problems");
    assert.match(body, /annotation\/bad-value/);
  });

  it("stand in the log and in explain", async () => {
    await limpet.send({ host: "moved.test", path: "/logged" });
    await limpet.eventually("the line", async () =>
      (await limpet.accessLines()).some((line) => line["path"] === "/logged" && line["reason"] === "redirected"),
    );
    const { body } = await limpet.admin("/api/v1/explain?url=http://moved.test/");
    const explained = JSON.parse(body) as { matched: boolean; reason: string };
    assert.deepEqual([explained.matched, explained.reason], [true, "redirected"]);
  });
});
