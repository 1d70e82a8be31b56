import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { ApiEmulator } from "./api-emulator.ts";
import type { EmulatorOptions } from "./emulator-options.ts";
import { RESOURCES } from "./resources.ts";
import { call, INGRESSES, ingressNamed, namesOf, TestWatch, WEB } from "./test-client.ts";

describe("the API emulator", () => {
  let api: ApiEmulator;
  beforeEach(async () => {
    api = await ApiEmulator.start();
  });
  afterEach(() => api.stop());

  async function restart(options: EmulatorOptions): Promise<void> {
    await api.stop();
    api = await ApiEmulator.start(options);
  }

  it("logs every request with what it is about and how it was answered", async () => {
    await call(api, "POST", WEB, { body: ingressNamed("a") });
    await call(api, "PATCH", `${WEB}/a/status`, { body: {}, mediaType: "application/merge-patch+json" });
    await call(api, "GET", `${INGRESSES}?limit=5`, { headers: { "user-agent": "limpet/test" } });
    await call(api, "GET", "/nowhere");
    assert.deepEqual(
      api.requests.entries.map((it) => [it.method, it.verb, it.resource, it.name, it.subresource, it.status]),
      [
        ["POST", "create", "ingresses", "", "", 201],
        ["PATCH", "patch", "ingresses", "a", "status", 200],
        ["GET", "list", "ingresses", "", "", 200],
        ["GET", undefined, undefined, "", "", 404],
      ],
    );
    const [created] = api.requests.filter({ verb: "create" });
    assert.deepEqual(created?.body, ingressNamed("a"));
    const [listed] = api.requests.filter({ verb: "list" });
    assert.deepEqual([listed?.query.get("limit"), listed?.userAgent], ["5", "limpet/test"]);
  });

  it("counts requests by verb and resource, and by whatever else is asked", async () => {
    for (let i = 0; i < 3; i += 1) await call(api, "GET", INGRESSES);
    await call(api, "GET", `${WEB}/none`);
    await TestWatch.open(api, `${INGRESSES}?watch=1`);
    assert.equal(api.requests.count({ verb: "list", resource: "ingresses" }), 3);
    assert.equal(api.requests.count({ verb: "get", resource: "ingresses", status: 404 }), 1);
    assert.deepEqual(api.requests.counts(), { "get ingresses": 1, "list ingresses": 3, "watch ingresses": 1 });
    assert.equal(api.requests.count({ ended: false }), 1, "the watch is still open");
    api.requests.clear();
    assert.equal(api.requests.count({ verb: "list", resource: "ingresses" }), 0);
  });

  it("resolves a wait when a request, an answer or a write makes it true, and not before", async () => {
    let resolved = false;
    const waiting = api
      .until((log) => log.count({ verb: "list", status: 200 }) === 2)
      .then(() => {
        resolved = true;
      });
    await call(api, "GET", INGRESSES);
    assert.equal(resolved, false);
    await call(api, "GET", INGRESSES);
    await waiting;
    const written = api.until(() => api.get("ingresses", "default", "a") !== undefined);
    api.apply(ingressNamed("a"));
    await written;
  });

  it("rejects waits when it stops, and those that fail", async () => {
    await assert.rejects(
      api.until(() => {
        throw new Error("a wrong test");
      }),
      /a wrong test/,
    );
    const waiting = assert.rejects(
      api.until(() => false),
      /has stopped/,
    );
    await api.stop();
    await waiting;
    await assert.rejects(
      api.until(() => true),
      /has stopped/,
    );
  });

  it("lets in whoever has a token, of those that hold now", async () => {
    await restart({ tokens: ["one"] });
    const as = async (token?: string) =>
      (await call(api, "GET", INGRESSES, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } }))
        .status;
    assert.deepEqual([await as("one"), await as("two"), await as()], [200, 401, 401]);
    api.setTokens(["two"]);
    assert.deepEqual([await as("one"), await as("two")], [401, 200]);
    api.setTokens(undefined);
    assert.equal(await as(), 200);
  });

  it("answers over TLS, to those who know its authority, and breaks TLS connections too", async () => {
    await restart({ tls: true });
    api.apply(ingressNamed("a"));
    assert.match(api.url, /^https:/);
    assert.deepEqual(namesOf(await call(api, "GET", INGRESSES)), ["a"]);
    await assert.rejects(fetch(api.url + INGRESSES));
    const watch = await TestWatch.open(api, `${INGRESSES}?watch=1`);
    assert.deepEqual(await watch.names(1), ["ADDED a"]);
    api.faults.cutLine();
    api.apply(ingressNamed("b"));
    assert.equal(await watch.over, false);
    api.faults.reset({ verb: "list" });
    await assert.rejects(call(api, "GET", INGRESSES));
  });

  it("is not there any more once it has stopped, and leaves no connection", async () => {
    const watch = await TestWatch.open(api, `${INGRESSES}?watch=1`);
    const hold = api.faults.hold({ verb: "list" });
    const held = assert.rejects(call(api, "GET", INGRESSES));
    await api.until(() => hold.met === 1);
    await api.stop();
    await held;
    assert.equal(await watch.over, false);
    assert.equal(api.connections, 0);
    await assert.rejects(call(api, "GET", INGRESSES), { code: "ECONNREFUSED" });
  });

  it("serves every resource of its table, and tells so", async () => {
    for (const { group, plural, namespaced, kind } of RESOURCES) {
      const base = group === "" ? "/api/v1" : `/apis/${group}/v1`;
      const list = await call(api, "GET", `${base}/${plural}`);
      assert.deepEqual([list.status, list.json()["kind"]], [200, `${kind}List`], plural);
      const path = namespaced ? `${base}/namespaces/n/${plural}` : `${base}/${plural}`;
      const created = await call(api, "POST", path, { body: { metadata: { name: "a" } } });
      assert.equal(created.status, 201, path);
      const { resources } = (await call(api, "GET", base)).json() as { resources: { name: string }[] };
      assert.ok(resources.some(({ name }) => name === plural));
    }
    assert.equal((await call(api, "GET", "/version")).status, 200);
    assert.equal((await call(api, "GET", "/readyz")).bytes.toString(), "ok");
  });

  it("answers paths that lead nowhere with 404, and methods that a path has not with 405", async () => {
    for (const path of [
      "/apis/networking.k8s.io/v1beta1/ingresses",
      "/api/v1/surprises",
      "/api/v1/namespaces/default/nodes",
      `${WEB}/a/scale`,
      "/api/v1/%zz",
    ]) {
      const reply = await call(api, "GET", path);
      assert.deepEqual([reply.status, reply.json()["reason"]], [404, "NotFound"], path);
    }
    assert.equal((await call(api, "PUT", WEB, { body: {} })).status, 405);
    assert.equal((await call(api, "DELETE", WEB)).status, 405);
  });

  describe("writes credentials:", () => {
    let directory: string;
    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), "limpet-credentials-"));
    });
    afterEach(() => rm(directory, { recursive: true }));

    it("a kubeconfig with its token, or with the token in a file of its own", async () => {
      await restart({ tokens: ["one"] });
      const path = await api.kubeconfig(directory, { namespace: "shop" });
      const config = JSON.parse(await readFile(path, "utf8"));
      assert.deepEqual(config.clusters[0].cluster, { server: api.url });
      assert.deepEqual(config.users[0].user, { token: "one" });
      assert.equal(config.contexts[0].context.namespace, "shop");
      await api.kubeconfig(directory, { tokenFile: true });
      const { user } = JSON.parse(await readFile(path, "utf8")).users[0];
      assert.equal(await readFile(user.tokenFile, "utf8"), "one");
    });

    it("the files of a service account", async () => {
      await restart({ tokens: ["one"], tls: true });
      await api.serviceAccount(directory, "shop");
      const read = (name: string) => readFile(join(directory, name), "utf8");
      assert.deepEqual([await read("token"), await read("namespace")], ["one", "shop"]);
      assert.equal(await read("ca.crt"), api.authority);
    });
  });
});
