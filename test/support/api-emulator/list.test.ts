import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { ApiEmulator } from "./api-emulator.ts";
import type { JsonObject } from "./api-object.ts";
import { type ApiReply, call, INGRESSES, ingressNamed, namesOf, WEB } from "./test-client.ts";

function metadataOf(reply: ApiReply): JsonObject {
  return reply.json()["metadata"] as JsonObject;
}

describe("a list", () => {
  let api: ApiEmulator;
  beforeEach(async () => {
    api = await ApiEmulator.start();
    for (const name of ["d", "b", "a", "c"]) api.apply(ingressNamed(name));
    api.apply(ingressNamed("x", { metadata: { namespace: "aaa", labels: { tier: "front" } } }));
  });
  afterEach(() => api.stop());

  const get = (query = "", path = INGRESSES) => call(api, "GET", `${path}?${query}`);

  it("is sorted by namespace and name, and its items carry no kind", async () => {
    const reply = await get();
    assert.deepEqual(namesOf(reply), ["x", "a", "b", "c", "d"]);
    const list = reply.json();
    assert.deepEqual([list["kind"], list["apiVersion"]], ["IngressList", "networking.k8s.io/v1"]);
    assert.deepEqual(metadataOf(reply), { resourceVersion: api.resourceVersion });
    const [first] = list["items"] as JsonObject[];
    assert.deepEqual(Object.keys(first ?? {}).sort(), ["metadata", "spec", "status"]);
  });

  it("holds one namespace, or what a selector selects", async () => {
    assert.deepEqual(namesOf(await get("", WEB)), ["a", "b", "c", "d"]);
    assert.deepEqual(namesOf(await get("labelSelector=tier%3Dfront")), ["x"]);
    assert.deepEqual(namesOf(await get("fieldSelector=metadata.name%3Dc,metadata.namespace%3Ddefault")), ["c"]);
    assert.equal((await get("fieldSelector=spec.host%3Dx")).status, 400);
  });

  it("is empty as a list, not as null", async () => {
    const reply = await call(api, "GET", "/api/v1/services");
    assert.deepEqual(reply.json()["items"], []);
  });

  it("comes in pages that say how many are left", async () => {
    const first = await get("limit=2");
    assert.deepEqual(namesOf(first), ["x", "a"]);
    assert.equal(metadataOf(first)["remainingItemCount"], 3);
    const second = await get(`limit=2&continue=${metadataOf(first)["continue"]}`);
    assert.deepEqual(namesOf(second), ["b", "c"]);
    const third = await get(`limit=2&continue=${metadataOf(second)["continue"]}`);
    assert.deepEqual([namesOf(third), metadataOf(third)["continue"]], [["d"], undefined]);
  });

  it("shows on every page what was there at the first", async () => {
    const first = await get("limit=2");
    api.delete("ingresses", "default", "b");
    api.apply(ingressNamed("bb"));
    api.apply(ingressNamed("c", { spec: { changed: true } }));
    const rest = await get(`limit=9&continue=${metadataOf(first)["continue"]}`);
    assert.deepEqual(namesOf(rest), ["b", "c", "d"]);
    assert.deepEqual((rest.json()["items"] as JsonObject[])[1]?.["spec"], {});
    assert.equal(metadataOf(rest)["resourceVersion"], metadataOf(first)["resourceVersion"]);
    assert.deepEqual(namesOf(await get()), ["x", "a", "bb", "c", "d"]);
  });

  it("ends a namespace's pages with its last object", async () => {
    api.apply(ingressNamed("z", { metadata: { namespace: "zzz" } }));
    const first = await get("limit=3", WEB);
    assert.equal(metadataOf(first)["remainingItemCount"], 1);
    const second = await get(`limit=3&continue=${metadataOf(first)["continue"]}`, WEB);
    assert.deepEqual([namesOf(second), metadataOf(second)["continue"]], [["d"], undefined]);
  });

  it("tells no count of what is left under a selector", async () => {
    for (const name of ["f", "g"]) api.apply(ingressNamed(name, { metadata: { labels: { tier: "front" } } }));
    const first = await get("limit=1&labelSelector=tier%3Dfront");
    assert.equal(metadataOf(first)["remainingItemCount"], undefined);
    const rest = await get(`limit=9&labelSelector=tier%3Dfront&continue=${metadataOf(first)["continue"]}`);
    assert.deepEqual(namesOf(rest), ["f", "g"]);
  });

  it("cannot go on when the history is gone, unless inconsistently", async () => {
    const first = await get("limit=2");
    api.apply(ingressNamed("aa"));
    api.compact();
    const late = await get(`limit=2&continue=${metadataOf(first)["continue"]}`);
    assert.deepEqual([late.status, late.json()["reason"]], [410, "Expired"]);
    const rest = await get(`continue=${metadataOf(late)["continue"]}`);
    assert.deepEqual(namesOf(rest), ["aa", "b", "c", "d"]);
    assert.equal(metadataOf(rest)["resourceVersion"], api.resourceVersion);
  });

  it("of resourceVersion=0 has no pages, as it comes from the watch cache", async () => {
    const reply = await get("limit=2&resourceVersion=0");
    assert.equal(namesOf(reply).length, 5);
    assert.equal(metadataOf(reply)["continue"], undefined);
  });

  it("of an exact version shows the past, and 410 for what is forgotten", async () => {
    const past = api.resourceVersion;
    api.delete("ingresses", "default", "a");
    const exact = `resourceVersionMatch=Exact&resourceVersion=${past}`;
    assert.deepEqual(namesOf(await get(exact)), ["x", "a", "b", "c", "d"]);
    assert.deepEqual(namesOf(await get(`limit=2&resourceVersion=${past}`)), ["x", "a"]);
    assert.deepEqual(namesOf(await get(`resourceVersion=${past}`)), ["x", "b", "c", "d"]);
    api.compact();
    assert.equal((await get(exact)).status, 410);
  });

  it("of a version to come is a time-out that may be asked again", async () => {
    const reply = await get("resourceVersion=999999");
    assert.deepEqual([reply.status, reply.headers["retry-after"]], [504, "1"]);
  });

  it("refuses options that exclude each other", async () => {
    assert.equal((await get("resourceVersionMatch=Exact")).status, 422);
    assert.equal((await get("resourceVersionMatch=Exact&resourceVersion=0")).status, 422);
    assert.equal((await get("resourceVersion=one")).status, 400);
    assert.equal((await get("continue=what")).status, 400);
    assert.equal((await get("limit=many")).status, 400);
    const first = metadataOf(await get("limit=1"))["continue"];
    assert.equal((await get(`continue=${first}&resourceVersion=3`)).status, 400);
  });

  it("is compressed when it is long and the client takes gzip", async () => {
    api.apply(ingressNamed("long", { spec: { text: "x".repeat(200_000) } }));
    const plain = await get();
    assert.equal(plain.headers["content-encoding"], undefined);
    const packed = await call(api, "GET", INGRESSES, { headers: { "accept-encoding": "gzip" } });
    assert.equal(packed.headers["content-encoding"], "gzip");
    assert.deepEqual(gunzipSync(packed.bytes), plain.bytes);
  });
});
