import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { ApiEmulator } from "./api-emulator.ts";
import type { ApiObject, JsonObject } from "./api-object.ts";
import { type ApiReply, call, ingressNamed, TestWatch, WEB } from "./test-client.ts";

const LEASES = "/apis/coordination.k8s.io/v1/namespaces/default/leases";
const MERGE = "application/merge-patch+json";

function objectOf(reply: ApiReply): ApiObject {
  return reply.json() as unknown as ApiObject;
}

function refusalOf(reply: ApiReply): readonly unknown[] {
  const { code, reason } = reply.json();
  return [reply.status, code, reason];
}

describe("writes", () => {
  let api: ApiEmulator;
  beforeEach(async () => {
    api = await ApiEmulator.start();
  });
  afterEach(() => api.stop());

  const post = (body: unknown, path = WEB) => call(api, "POST", path, { body });
  const put = (path: string, body: unknown) => call(api, "PUT", path, { body });
  const patch = (path: string, body: unknown, mediaType = MERGE) => call(api, "PATCH", path, { body, mediaType });
  const create = async (name: string, more: JsonObject = {}) => objectOf(await post(ingressNamed(name, more)));

  it("creates an object with all that the server fills in", async () => {
    const reply = await post(ingressNamed("a", { metadata: { uid: "mine", generation: 7 }, status: { loud: true } }));
    const { metadata, status, kind } = objectOf(reply);
    assert.equal(reply.status, 201);
    assert.match(String(metadata.uid), /^[0-9a-f-]{36}$/);
    assert.match(String(metadata.creationTimestamp), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.deepEqual([metadata.namespace, metadata.generation, metadata.resourceVersion], ["default", 1, "2"]);
    assert.deepEqual([kind, status], ["Ingress", { loadBalancer: {} }]);
    assert.deepEqual(objectOf(await call(api, "GET", `${WEB}/a`)), objectOf(reply));
  });

  it("gives names to what asks for one", async () => {
    const unnamed = { metadata: { generateName: "event-" } };
    const names = [];
    for (let i = 0; i < 3; i += 1) {
      const { metadata } = objectOf(await post(unnamed, "/api/v1/namespaces/default/events"));
      names.push(String(metadata.name));
    }
    for (const name of names) assert.match(name, /^event-[0-9a-z]{5}$/);
    assert.equal(new Set(names).size, 3);
    assert.deepEqual(refusalOf(await post({ metadata: {} })), [422, 422, "Invalid"]);
  });

  it("does not create what exists, nor what is not of its path", async () => {
    await create("a");
    assert.deepEqual(refusalOf(await post(ingressNamed("a"))), [409, 409, "AlreadyExists"]);
    const elsewhere = ingressNamed("b", { metadata: { namespace: "other" } });
    assert.deepEqual(refusalOf(await post(elsewhere)), [400, 400, "BadRequest"]);
    assert.equal((await post({ apiVersion: "v1", kind: "Service", metadata: { name: "b" } })).status, 400);
    for (const body of ["{", "[]", undefined]) assert.equal((await post(body)).status, 400);
    assert.equal((await call(api, "POST", WEB, { body: "a: b", mediaType: "application/yaml" })).status, 415);
    assert.equal((await post(ingressNamed("b"), "/apis/networking.k8s.io/v1/ingresses")).status, 405);
    assert.equal(api.list("ingresses").length, 1);
  });

  it("updates only what the client has seen", async () => {
    const first = await create("a");
    const second = objectOf(await put(`${WEB}/a`, { ...first, spec: { ingressClassName: "one" } }));
    assert.deepEqual([second.metadata.generation, second.metadata.uid], [2, first.metadata.uid]);
    const stale = await put(`${WEB}/a`, { ...first, spec: { ingressClassName: "two" } });
    assert.deepEqual(refusalOf(stale), [409, 409, "Conflict"]);
    assert.deepEqual(api.get("ingresses", "default", "a")?.["spec"], { ingressClassName: "one" });
    const { name: _name, ...unnamed } = second.metadata;
    assert.equal((await put(`${WEB}/a`, { ...second, metadata: unnamed })).status, 400);
  });

  it("updates without a version, but not a Lease", async () => {
    await create("a");
    assert.equal((await put(`${WEB}/a`, ingressNamed("a", { spec: { x: 1 } }))).status, 200);
    const lease = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name: "l" }, spec: {} };
    await post(lease, LEASES);
    assert.deepEqual(refusalOf(await put(`${LEASES}/l`, lease)), [422, 422, "Invalid"]);
  });

  it("lets one of two clients win that update the same version", async () => {
    const lease = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name: "l" }, spec: {} };
    const { metadata } = objectOf(await post(lease, LEASES));
    const both = ["one", "two"].map((holderIdentity) =>
      put(`${LEASES}/l`, { ...lease, metadata, spec: { holderIdentity } }),
    );
    const statuses = (await Promise.all(both)).map((reply) => reply.status);
    assert.deepEqual(statuses.sort(), [200, 409]);
  });

  it("does not update what is not there", async () => {
    assert.deepEqual(refusalOf(await put(`${WEB}/a`, ingressNamed("a"))), [404, 404, "NotFound"]);
    assert.equal((await patch(`${WEB}/a`, {})).status, 404);
    const lease = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name: "l" }, spec: {} };
    assert.equal((await put(`${LEASES}/l`, lease)).status, 201, "a Lease is created");
    assert.equal((await call(api, "GET", `${WEB}/a`)).status, 404);
  });

  it("keeps the status out of updates, and the spec out of updates of the status", async () => {
    const first = await create("a");
    const status = { loadBalancer: { ingress: [{ ip: "10.0.0.1" }] } };
    const updated = objectOf(await put(`${WEB}/a`, { ...first, spec: { x: 1 }, status }));
    assert.deepEqual([updated["spec"], updated["status"]], [{ x: 1 }, { loadBalancer: {} }]);
    const labels = { shown: "yes" };
    const sent = { ...updated, metadata: { ...updated.metadata, labels }, spec: { x: 2 }, status };
    const shown = objectOf(await put(`${WEB}/a/status`, sent));
    assert.deepEqual([shown["spec"], shown["status"], shown.metadata.labels], [{ x: 1 }, status, labels]);
    assert.equal(shown.metadata.generation, 2, "a status is no new generation");
    assert.deepEqual(refusalOf(await put(`${WEB}/a/status`, sent)), [409, 409, "Conflict"]);
  });

  it("patches the status by a merge patch", async () => {
    await create("a", { spec: { x: 1 } });
    const ingress = [{ hostname: "lb.test" }];
    const body = { spec: { x: 2 }, status: { loadBalancer: { ingress } } };
    const reply = objectOf(await patch(`${WEB}/a/status`, body));
    assert.deepEqual([reply["spec"], reply["status"]], [{ x: 1 }, { loadBalancer: { ingress } }]);
    const cleared = await patch(`${WEB}/a/status`, { status: { loadBalancer: { ingress: null } } });
    assert.deepEqual(objectOf(cleared)["status"], { loadBalancer: {} });
  });

  it("patches by merge, by strategic merge and by JSON patch, and by nothing else", async () => {
    await create("a", { spec: { x: 1, y: 1 } });
    await patch(`${WEB}/a`, { spec: { x: null } });
    await patch(`${WEB}/a`, { metadata: { labels: { l: "1" } } }, "application/strategic-merge-patch+json");
    await patch(`${WEB}/a`, [{ op: "replace", path: "/spec/y", value: 2 }], "application/json-patch+json");
    const patched = objectOf(await call(api, "GET", `${WEB}/a`));
    assert.deepEqual([patched["spec"], patched.metadata.labels], [{ y: 2 }, { l: "1" }]);
    assert.equal(patched.metadata.generation, 3, "labels are no new generation");
    const impossible = [{ op: "remove", path: "/spec/none" }];
    assert.equal((await patch(`${WEB}/a`, impossible, "application/json-patch+json")).status, 422);
    assert.equal((await patch(`${WEB}/a?fieldManager=x`, {}, "application/apply-patch+yaml")).status, 415);
    const named = { metadata: { name: "b" } };
    assert.equal((await patch(`${WEB}/a`, named)).status, 400);
  });

  it("refuses a patch of a version that is over", async () => {
    const { metadata } = await create("a");
    await patch(`${WEB}/a`, { spec: { x: 1 } });
    const stale = { metadata: { resourceVersion: metadata.resourceVersion }, spec: { x: 2 } };
    assert.deepEqual(refusalOf(await patch(`${WEB}/a`, stale)), [409, 409, "Conflict"]);
  });

  it("writes nothing and tells nobody when nothing changes", async () => {
    const first = await create("a", { spec: { x: 1 } });
    const watch = await TestWatch.open(api, `${WEB}?watch=1&resourceVersion=${api.resourceVersion}`);
    const same = objectOf(await put(`${WEB}/a`, first));
    assert.equal(same.metadata.resourceVersion, first.metadata.resourceVersion);
    await patch(`${WEB}/a`, { spec: { x: 1 } });
    api.apply(ingressNamed("a", { spec: { x: 1 } }));
    api.apply(ingressNamed("b"));
    assert.deepEqual(await watch.names(1), ["ADDED b"]);
  });

  it("deletes, if the preconditions hold", async () => {
    const { metadata } = await create("a");
    const other = { preconditions: { uid: "other" } };
    assert.equal((await call(api, "DELETE", `${WEB}/a`, { body: other })).status, 409);
    const body = { preconditions: { uid: metadata.uid, resourceVersion: metadata.resourceVersion } };
    const reply = await call(api, "DELETE", `${WEB}/a`, { body });
    assert.deepEqual([reply.status, reply.json()["status"]], [200, "Success"]);
    assert.deepEqual(refusalOf(await call(api, "DELETE", `${WEB}/a`)), [404, 404, "NotFound"]);
    assert.notEqual((await create("a")).metadata.uid, metadata.uid);
  });

  it("deletes what has finalizers once it has none", async () => {
    await create("a", { metadata: { finalizers: ["limpet.dev/test"] } });
    const watch = await TestWatch.open(api, `${WEB}?watch=1&resourceVersion=${api.resourceVersion}`);
    const marked = objectOf(await call(api, "DELETE", `${WEB}/a`));
    assert.equal(typeof marked.metadata.deletionTimestamp, "string");
    const last = objectOf(await patch(`${WEB}/a`, { metadata: { finalizers: null } }));
    assert.equal(last.metadata.finalizers, undefined);
    assert.equal(api.get("ingresses", "default", "a"), undefined);
    assert.deepEqual(await watch.names(2), ["MODIFIED a", "DELETED a"]);
  });

  it("encodes an EndpointSlice's empty lists as null, as Go does", async () => {
    const path = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices";
    const slice = objectOf(await post({ metadata: { name: "s" }, addressType: "IPv4", endpoints: [] }, path));
    assert.deepEqual([slice["endpoints"], slice["ports"], slice.metadata.generation], [null, null, 1]);
    const endpoints = [{ addresses: ["10.1.0.1"] }];
    const filled = objectOf(await patch(`${path}/s`, { endpoints }));
    assert.deepEqual([filled["endpoints"], filled.metadata.generation], [endpoints, 2]);
    assert.equal(objectOf(await patch(`${path}/s`, { endpoints: [] }))["endpoints"], null);
  });

  it("takes from another client whatever it states", () => {
    const stated = { uid: "u", creationTimestamp: "2020-01-01T00:00:00Z" };
    const status = { loadBalancer: { ingress: [{ ip: "10.0.0.1" }] } };
    const first = api.apply(ingressNamed("a", { metadata: stated, status }));
    assert.deepEqual([first.metadata.uid, first.metadata.creationTimestamp], ["u", "2020-01-01T00:00:00Z"]);
    const second = api.apply(ingressNamed("a", { spec: { x: 1 } }));
    assert.deepEqual([second.metadata.uid, second.metadata.generation, second["status"]], ["u", 2, status]);
    assert.throws(() => api.apply({ apiVersion: "v1", kind: "Surprise", metadata: { name: "a" } }), /no Surprise/);
    assert.throws(() => api.delete("ingresses", "default", "b"), /not found/);
  });

  it("keeps objects without a namespace under their name", async () => {
    const path = "/apis/networking.k8s.io/v1/ingressclasses";
    const ingressClass = { apiVersion: "networking.k8s.io/v1", kind: "IngressClass", metadata: { name: "limpet" } };
    const { metadata } = objectOf(await post(ingressClass, path));
    assert.deepEqual([metadata.namespace, metadata.name], [undefined, "limpet"]);
    assert.equal((await call(api, "GET", `${path}/limpet`)).status, 200);
    assert.equal(api.get("ingressclasses", "", "limpet")?.metadata.name, "limpet");
  });
});
