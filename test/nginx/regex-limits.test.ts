import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { decode, encode } from "../../src/snapshot/codec.ts";
import type { Host } from "../../src/snapshot/model.ts";
import { DataPlane, translate } from "../support/data-plane.ts";
import { startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import { ingress, service, slices } from "../support/manifests.ts";

/** So many steps that the bound cuts them off, and few enough that they end without it. */
const LONG = `/${"a".repeat(22)}!`;

describe("the bound on regular expressions", () => {
  let endpoint: TestEndpoint;

  before(async () => {
    endpoint = await startEndpoint("a");
  });

  after(() => endpoint.kill());

  /** The status of a request whose search is long, behind which a plain path would match. */
  async function statusOf(edit: (config: string) => string): Promise<number> {
    const dataPlane = await DataPlane.start({ edit });
    try {
      const paths = [
        { path: "/(a+)+$", service: "web" },
        { path: "/a", service: "web" },
      ];
      const objects = [ingress({ annotations: { "use-regex": "true" }, paths }), service(), ...slices([endpoint])];
      await dataPlane.push(translate(objects));
      return (await dataPlane.send({ path: LONG })).status;
    } finally {
      await dataPlane.stop();
    }
  }

  it("cuts a search off, and the client gets an error", async () => {
    assert.equal(await statusOf((config) => config), 500);
  });

  it("leaves long paths alone", async () => {
    const dataPlane = await DataPlane.start();
    try {
      const paths = [{ path: "/x(/[a-z0-9]+|-[a-z]+)*$", service: "web" }];
      const objects = [ingress({ annotations: { "use-regex": "true" }, paths }), service(), ...slices([endpoint])];
      await dataPlane.push(translate(objects));
      assert.equal((await dataPlane.send({ path: `/x${"/ab".repeat(2500)}` })).status, 200);
    } finally {
      await dataPlane.stop();
    }
  });

  it("holds for what PCRE refuses as well: it matches nothing, and what stands behind it is served", async () => {
    const dataPlane = await DataPlane.start();
    try {
      const objects = [ingress({ annotations: { "use-regex": "true" } }), service(), ...slices([endpoint])];
      const entries = new Map(translate(objects));
      const host = decode(entries.get("host/_") ?? "");
      assert.ok(host.ok);
      const { routes, ...rest } = host.value as unknown as Host;
      const [route] = routes;
      entries.set("host/_", encode({ ...rest, routes: [{ ...route, pattern: "/(?<=a+)b" }, ...routes] }));
      assert.equal((await dataPlane.push(entries)).accepted, true);
      for (const path of ["/b", "/b"]) assert.equal((await dataPlane.send({ path })).status, 200);
      assert.equal(dataPlane.log.match(/pcre_compile\(\) failed/g)?.length, 1);
    } finally {
      await dataPlane.stop();
    }
  });

  it("is what does it: without it the search ends", async () => {
    assert.equal(await statusOf((config) => config.replace(/lua_regex_match_limit \d+;/, "")), 200);
  });
});
