import assert from "node:assert/strict";
import type http from "node:http";
import { after, before, describe, it } from "node:test";
import { startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { configMap, ingress, type Manifest, service, slices, sticky } from "../support/manifests.ts";

const SETTINGS = {
  "block-user-agents": '~*bad-?bot,"Evil Crawler/1.0",~Exact,~*(a+)+$z,~*(unclosed',
  "block-referers": "~*^https?://spam\\.test/",
  "block-cidrs": "127.0.0.2,198.51.100.0/24,nonsense",
};

describe("clients that the global settings block", () => {
  let limpet: Limpet;
  let endpoint: TestEndpoint;

  function world(settings: Readonly<Record<string, string>>): Manifest[] {
    return [
      ingress({ name: "plain", host: "plain.test", annotations: sticky() }),
      ingress({ name: "moved", host: "moved.test", annotations: { "temporal-redirect": "https://new.test/" } }),
      service(),
      ...slices([endpoint]),
      configMap("limpet", settings),
    ];
  }

  before(async () => {
    endpoint = await startEndpoint("a");
    limpet = await Limpet.start(world(SETTINGS), { flags: ["--configmap", "default/limpet"] });
  });

  after(async () => {
    await limpet.stop();
    await endpoint.kill();
  });

  const status = async (headers: http.OutgoingHttpHeaders, host = "plain.test") =>
    (await limpet.send({ host, headers })).status;

  it("get 403 by their User-Agent: by a part, by the whole, with and without regard to case", async () => {
    for (const agent of ["Mozilla BadBot/2", "evil crawler/1.0", "an Exact one"]) {
      assert.equal(await status({ "user-agent": agent }), 403, agent);
    }
    for (const agent of ["Mozilla", "evil crawler/1.0 or so", "an exact one", ""]) {
      assert.equal(await status({ "user-agent": agent }), 200, agent);
    }
  });

  it("get 403 by where they come from", async () => {
    assert.equal(await status({ referer: "HTTP://spam.test/page" }), 403);
    assert.equal(await status({ referer: "http://good.test/?http://spam.test/" }), 200);
  });

  it("get 403 by their address", async () => {
    assert.equal((await limpet.send({ host: "plain.test", from: "127.0.0.2" })).status, 403);
    assert.equal((await limpet.send({ host: "plain.test", from: "127.0.0.3" })).status, 200);
  });

  it("get it from hosts that redirect and that nobody declares, but for the health check", async () => {
    const bad = { "user-agent": "badbot" };
    assert.equal(await status(bad, "moved.test"), 403);
    assert.equal(await status(bad, "nobody.test"), 403);
    assert.equal(await status({}, "nobody.test"), 404);
    assert.equal((await limpet.send({ host: "nobody.test", path: "/healthz", headers: bad })).status, 200);
  });

  it("do not get past by a value that takes too long to search", async () => {
    assert.equal(await status({ "user-agent": `${"a".repeat(4000)}!` }), 403);
  });

  it("no endpoint hears of, and the log and explain say why", async () => {
    const before = endpoint.received().length;
    assert.equal(
      (await limpet.send({ host: "plain.test", path: "/logged", headers: { "user-agent": "badbot" } })).status,
      403,
    );
    assert.equal(endpoint.received().length, before);
    await limpet.eventually("the line", async () =>
      (await limpet.accessLines()).some((line) => line["path"] === "/logged" && line["reason"] === "denied"),
    );
    const explained = async (query: string) => {
      const { body } = await limpet.admin(`/api/v1/explain?url=http://plain.test/${query}`);
      return (JSON.parse(body) as { reason: string }).reason;
    };
    assert.equal(await explained("&header=User-Agent:badbot"), "denied");
    assert.notEqual(await explained("&header=User-Agent:goodbot"), "denied");
  });

  it("are no others because an entry cannot be used, which is a Problem", async () => {
    const { body } = await limpet.admin("/api/v1/problems");
    assert.match(body, /settings\/bad-entry/);
    assert.match(body, /nonsense/);
    assert.match(body, /unclosed/);
  });

  it("are served at once when the settings change", async () => {
    await limpet.apply(world({}));
    assert.equal(await status({ "user-agent": "badbot" }), 200);
    await limpet.apply(world(SETTINGS));
    assert.equal(await status({ "user-agent": "badbot" }), 403);
  });
});
