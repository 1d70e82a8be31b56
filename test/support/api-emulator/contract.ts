import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, beforeEach, describe, it } from "node:test";
import type { ApiObject, JsonObject } from "./api-object.ts";
import { type ApiReply, type ApiTarget, call, namesOf, TestWatch } from "./test-client.ts";

/** An API server that the contract is checked on; it ends with the suite. */
export interface ContractServer extends ApiTarget {
  readonly stop: () => Promise<void>;
}

const MERGE = "application/merge-patch+json";

function objectOf(reply: ApiReply): ApiObject {
  return reply.json() as unknown as ApiObject;
}

function refusalOf(reply: ApiReply): readonly unknown[] {
  const { kind, code, reason } = reply.json();
  return [reply.status, kind, code, reason];
}

function metadataOf(reply: ApiReply): JsonObject {
  return reply.json()["metadata"] as JsonObject;
}

/** An Ingress that a real API server takes. */
function ingressOf(name: string, metadata: JsonObject = {}, ingressClassName = "nginx"): JsonObject {
  const defaultBackend = { service: { name: "web", port: { number: 80 } } };
  const spec = { ingressClassName, defaultBackend };
  return { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name, ...metadata }, spec };
}

/**
 * What a controller relies on, in so far as the emulator and kube-apiserver answer alike: the same suite runs on both.
 * They differ in this: the emulator validates no content and fills in no defaults of a `spec`, keeps the two groups of
 * events apart, answers every deletion with a Status, writes no managedFields, and words its messages differently.
 */
export function describeContract(title: string, connect: () => Promise<ContractServer>): void {
  describe(title, () => {
    let server: ContractServer;
    let ingresses: string;
    let leases: string;
    let slices: string;

    before(async () => {
      server = await connect();
    });
    after(() => server.stop());
    beforeEach(async () => {
      const namespace = `contract-${randomUUID()}`;
      // The emulator has no namespaces to create: it lets objects into any.
      await call(server, "POST", "/api/v1/namespaces", { body: { metadata: { name: namespace } } });
      ingresses = `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`;
      leases = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
      slices = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
    });

    const get = (path: string) => call(server, "GET", path);
    const post = (path: string, body: unknown) => call(server, "POST", path, { body });
    const put = (path: string, body: unknown) => call(server, "PUT", path, { body });
    const patch = (path: string, body: unknown) => call(server, "PATCH", path, { body, mediaType: MERGE });
    const create = async (name: string, metadata: JsonObject = {}) =>
      objectOf(await post(ingresses, ingressOf(name, metadata)));
    const createAll = async (names: readonly string[]) => {
      for (const name of names) await create(name);
    };
    const version = async () => String(metadataOf(await get(ingresses))["resourceVersion"]);

    it("creates once, and says what it filled in", async () => {
      const { metadata, status, kind } = await create("a", { generation: 9 });
      assert.deepEqual([kind, metadata.generation, status], ["Ingress", 1, { loadBalancer: {} }]);
      assert.match(String(metadata.creationTimestamp), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      assert.deepEqual(refusalOf(await post(ingresses, ingressOf("a"))), [409, "Status", 409, "AlreadyExists"]);
      assert.deepEqual(refusalOf(await post(ingresses, { metadata: {} })), [422, "Status", 422, "Invalid"]);
      const elsewhere = ingressOf("b", { namespace: "default" });
      assert.deepEqual(refusalOf(await post(ingresses, elsewhere)), [400, "Status", 400, "BadRequest"]);
    });

    it("updates what the client has seen, and nothing when nothing changes", async () => {
      const first = await create("a");
      const changed = { ...(first["spec"] as JsonObject), ingressClassName: "two" };
      const second = objectOf(await put(`${ingresses}/a`, { ...first, spec: changed }));
      assert.equal(second.metadata.generation, 2);
      assert.deepEqual(refusalOf(await put(`${ingresses}/a`, first)), [409, "Status", 409, "Conflict"]);
      const same = objectOf(await put(`${ingresses}/a`, second));
      assert.equal(same.metadata.resourceVersion, second.metadata.resourceVersion);
      assert.deepEqual(refusalOf(await put(`${ingresses}/b`, ingressOf("b"))), [404, "Status", 404, "NotFound"]);
    });

    it("keeps status and spec apart", async () => {
      const first = await create("a");
      const status = { loadBalancer: { ingress: [{ ip: "10.0.0.1" }] } };
      const other = { ...(first["spec"] as JsonObject), ingressClassName: "two" };
      const shown = objectOf(await put(`${ingresses}/a/status`, { ...first, spec: other, status }));
      assert.deepEqual([shown["spec"], shown["status"], shown.metadata.generation], [first["spec"], status, 1]);
      const updated = objectOf(await patch(`${ingresses}/a`, { spec: other, status: { loadBalancer: null } }));
      assert.deepEqual([updated["spec"], updated["status"]], [other, status]);
      const stale = await put(`${ingresses}/a/status`, { ...shown, status: {} });
      assert.deepEqual(refusalOf(stale), [409, "Status", 409, "Conflict"]);
      const cleared = await patch(`${ingresses}/a/status`, { status: { loadBalancer: { ingress: null } } });
      assert.deepEqual(objectOf(cleared)["status"], { loadBalancer: {} });
    });

    it("lets one of two win a Lease", async () => {
      const lease = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name: "l" }, spec: {} };
      const { metadata } = objectOf(await post(leases, lease));
      assert.deepEqual(refusalOf(await put(`${leases}/l`, lease)), [422, "Status", 422, "Invalid"]);
      const claim = (holderIdentity: string) => put(`${leases}/l`, { ...lease, metadata, spec: { holderIdentity } });
      const replies = await Promise.all([claim("one"), claim("two")]);
      assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 409]);
      assert.equal((await put(`${leases}/new`, { ...lease, metadata: { name: "new" } })).status, 201);
    });

    it("tells an EndpointSlice without endpoints by null", async () => {
      const slice = { metadata: { name: "s" }, addressType: "IPv4", endpoints: [], ports: [] };
      const { endpoints, ports, metadata } = objectOf(await post(slices, slice)) as JsonObject & ApiObject;
      assert.deepEqual([endpoints, ports, metadata.generation], [null, null, 1]);
    });

    it("deletes under preconditions, and once", async () => {
      const { metadata } = await create("a");
      const remove = (preconditions: JsonObject) =>
        call(server, "DELETE", `${ingresses}/a`, { body: { preconditions } });
      assert.equal((await remove({ uid: "other" })).status, 409);
      const reply = await remove({ uid: metadata.uid });
      assert.deepEqual([reply.status, reply.json()["status"]], [200, "Success"]);
      assert.deepEqual(refusalOf(await get(`${ingresses}/a`)), [404, "Status", 404, "NotFound"]);
    });

    it("lists in order, without kinds in the items", async () => {
      await createAll(["d", "b", "a", "bb"]);
      const reply = await get(ingresses);
      assert.deepEqual(namesOf(reply), ["a", "b", "bb", "d"]);
      const [first] = reply.json()["items"] as JsonObject[];
      assert.deepEqual(Object.keys(first ?? {}).sort(), ["metadata", "spec", "status"]);
      assert.equal(reply.headers["content-length"], undefined);
    });

    it("lists pages of one moment", async () => {
      await createAll(["a", "b", "c", "d"]);
      const first = await get(`${ingresses}?limit=2`);
      assert.deepEqual([namesOf(first), metadataOf(first)["remainingItemCount"]], [["a", "b"], 2]);
      await call(server, "DELETE", `${ingresses}/c`);
      await create("cc");
      const token = encodeURIComponent(String(metadataOf(first)["continue"]));
      const second = await get(`${ingresses}?limit=2&continue=${token}`);
      assert.deepEqual(namesOf(second), ["c", "d"]);
      const { resourceVersion, continue: next } = metadataOf(second);
      assert.deepEqual([resourceVersion, next], [metadataOf(first)["resourceVersion"], undefined]);
      assert.equal((await get(`${ingresses}?limit=2&continue=junk`)).status, 400);
    });

    it("lists what resourceVersion asks for", async () => {
      await createAll(["a", "b", "c"]);
      const past = await version();
      await call(server, "DELETE", `${ingresses}/a`);
      assert.deepEqual(namesOf(await get(`${ingresses}?resourceVersion=${past}&limit=2`)), ["a", "b"]);
      const exact = `resourceVersion=${past}&resourceVersionMatch=Exact`;
      assert.deepEqual(namesOf(await get(`${ingresses}?${exact}`)), ["a", "b", "c"]);
      const fresh = `resourceVersion=${await version()}&resourceVersionMatch=NotOlderThan`;
      assert.deepEqual(namesOf(await get(`${ingresses}?${fresh}`)), ["b", "c"]);
      const cached = await get(`${ingresses}?resourceVersion=0&limit=1`);
      assert.equal(metadataOf(cached)["continue"], undefined, "the watch cache has no pages");
      const future = await get(`${ingresses}?resourceVersion=99999999`);
      assert.deepEqual(refusalOf(future), [504, "Status", 504, "Timeout"]);
    });

    it("lists what selectors ask for", async () => {
      await create("a", { labels: { tier: "front" } });
      await createAll(["b", "c"]);
      assert.deepEqual(namesOf(await get(`${ingresses}?fieldSelector=metadata.name%3Db`)), ["b"]);
      assert.deepEqual(namesOf(await get(`${ingresses}?labelSelector=tier!%3Dfront`)), ["b", "c"]);
      assert.deepEqual(namesOf(await get(`${ingresses}?labelSelector=tier%20in%20(front,back)`)), ["a"]);
      const unknown = await get(`${ingresses}?fieldSelector=spec.ingressClassName%3Dnginx`);
      assert.deepEqual(refusalOf(unknown), [400, "Status", 400, "BadRequest"]);
    });

    it("watches from a version, to an end in good order with a bookmark before it", async () => {
      await create("a");
      const from = `watch=1&allowWatchBookmarks=true&timeoutSeconds=3&resourceVersion=${await version()}`;
      const watch = await TestWatch.open(server, `${ingresses}?${from}`);
      await patch(`${ingresses}/a`, { metadata: { labels: { tier: "front" } } });
      await create("b");
      await call(server, "DELETE", `${ingresses}/a`);
      const names = await watch.names(3);
      assert.deepEqual(names, ["MODIFIED a", "ADDED b", "DELETED a"]);
      const { type, object } = await watch.next();
      assert.deepEqual([type, object.kind, object["spec"]], ["BOOKMARK", "Ingress", {}]);
      assert.ok(await watch.over);
    });

    it("watches from the state when no version is named", async () => {
      await createAll(["a", "b"]);
      for (const query of ["watch=1", "watch=true&resourceVersion=0"]) {
        const watch = await TestWatch.open(server, `${ingresses}?${query}`);
        assert.deepEqual((await watch.names(2)).sort(), ["ADDED a", "ADDED b"]);
        watch.close();
      }
    });

    it("watches what begins and ceases to match", async () => {
      await create("a");
      const watch = await TestWatch.open(
        server,
        `${ingresses}?watch=1&labelSelector=tier%3Dfront&resourceVersion=${await version()}`,
      );
      await patch(`${ingresses}/a`, { metadata: { labels: { tier: "front" } } });
      const last = objectOf(await patch(`${ingresses}/a`, { metadata: { labels: { tier: "back" } } }));
      const [added, deleted] = [await watch.next(), await watch.next()];
      assert.deepEqual([added.type, deleted.type], ["ADDED", "DELETED"]);
      const { labels, resourceVersion } = deleted.object.metadata;
      assert.deepEqual([labels, resourceVersion], [{ tier: "front" }, last.metadata.resourceVersion]);
      watch.close();
    });

    it("refuses what it does not serve", async () => {
      await create("a");
      assert.equal((await put(ingresses, ingressOf("a"))).status, 405);
      assert.equal((await post("/apis/networking.k8s.io/v1/ingresses", ingressOf("q"))).status, 405);
      assert.equal((await get("/apis/networking.k8s.io/v1/surprises")).status, 404);
      const unknown = await call(server, "PATCH", `${ingresses}/a`, { body: {}, mediaType: "application/json" });
      assert.deepEqual(refusalOf(unknown), [415, "Status", 415, "UnsupportedMediaType"]);
      const stranger = { authorization: "Bearer a-stranger" };
      const reply = await call(server, "GET", ingresses, { headers: stranger });
      assert.deepEqual(refusalOf(reply), [401, "Status", 401, "Unauthorized"]);
    });
  });
}
