import assert from "node:assert/strict";
import { once } from "node:events";
import type http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { makeCertificate } from "../support/api-emulator/certificate.ts";
import { startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import { freePort } from "../support/free-port.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, service, slices, sticky } from "../support/manifests.ts";

describe("a mirror", () => {
  let limpet: Limpet;
  let endpoint: TestEndpoint;
  let mirror: TestEndpoint;
  /** Never answers until it is let go. */
  let silent: TestEndpoint;
  const held: http.ServerResponse[] = [];
  let secure: https.Server;
  /** What was asked of it: path, Host and the name in TLS. */
  const asked: (readonly [string, string, string])[] = [];

  before(async () => {
    endpoint = await startEndpoint("a");
    mirror = await startEndpoint("mirror", { answer: (_, response) => response.writeHead(500).end("mirrored") });
    silent = await startEndpoint("silent", { answer: (_, response) => held.push(response) });
    const { key, certificate } = await makeCertificate();
    secure = https.createServer({ key, cert: certificate }, (request, response) => {
      const { servername } = request.socket as unknown as { readonly servername: string };
      asked.push([request.url ?? "", request.headers.host ?? "", servername]);
      response.end();
    });
    await once(secure.listen(0, "127.0.0.1"), "listening");
    const { port } = secure.address() as AddressInfo;
    const url = (target: TestEndpoint) => `http://${target.address}:${target.port}`;
    const nobody = `http://127.0.0.1:${await freePort()}`;
    limpet = await Limpet.start([
      ingress({
        name: "copied",
        host: "copied.test",
        annotations: sticky({ "mirror-target": `${url(mirror)}/shadow/$request_uri`, "mirror-host": "shadow.test" }),
      }),
      ingress({
        name: "bare",
        host: "bare.test",
        annotations: { "mirror-target": url(mirror), "mirror-request-body": "off" },
      }),
      ingress({
        name: "secure",
        host: "secure.test",
        annotations: { "mirror-target": `https://127.0.0.1:${port}$request_uri`, "mirror-host": "shadow.test" },
      }),
      ingress({ name: "silent", host: "silent.test", annotations: { "mirror-target": url(silent) } }),
      ingress({ name: "dead", host: "dead.test", annotations: { "mirror-target": nobody } }),
      ingress({ name: "unknown", host: "unknown.test", annotations: { "mirror-target": "http://localhost:1" } }),
      ingress({ name: "wrong", host: "wrong.test", annotations: { "mirror-target": `${url(mirror)}/$uri` } }),
      ingress({ name: "plain", host: "plain.test" }),
      service(),
      ...slices([endpoint]),
    ]);
  });

  after(async () => {
    await limpet.stop();
    await Promise.all([endpoint, mirror, silent].map((it) => it.kill()));
    await new Promise((resolve) => secure.close(resolve));
  });

  /** The copy of the request to that path, once it is there. */
  async function copyOf(target: TestEndpoint, url: string) {
    const find = () => target.received().find((request) => request.url === url);
    await limpet.eventually(`a copy of ${url}`, async () => find() !== undefined);
    return find() as NonNullable<ReturnType<typeof find>>;
  }

  it("gets what the endpoint gets, and the client the endpoint's answer", async () => {
    const body = "x".repeat(100_000);
    const reply = await limpet.send({ host: "copied.test", path: "/a%20b?c=d", method: "PUT", body });
    assert.deepEqual([reply.status, reply.endpoint], [200, "a"]);
    assert.equal(reply.setCookies.length, 1);
    const copy = await copyOf(mirror, "/shadow/a%20b?c=d");
    assert.equal(copy.method, "PUT");
    assert.equal(copy.headers.host, "shadow.test");
    assert.equal(copy.headers["x-forwarded-host"], "copied.test");
    assert.ok(copy.body === body, "the copy has the body");
    const served = endpoint.received().find(({ url }) => url === "/a%20b?c=d");
    assert.ok(served?.body === body, "the endpoint has the body");
  });

  it("gets no body where none is asked for, and the request's own path", async () => {
    const reply = await limpet.send({ host: "bare.test", path: "/bare", method: "POST", body: "secret" });
    assert.equal(reply.endpoint, "a");
    const copy = await copyOf(mirror, "/bare");
    assert.deepEqual([copy.method, copy.body, copy.headers["content-length"]], ["POST", "", undefined]);
    assert.equal(copy.headers.host, "127.0.0.1");
    assert.equal(endpoint.received().find(({ url }) => url === "/bare")?.body, "secret");
  });

  it("is spoken to in TLS, by its name", async () => {
    await limpet.send({ host: "secure.test", path: "/secure" });
    await limpet.eventually("the copy", async () => asked.length > 0);
    assert.deepEqual(asked, [["/secure", "shadow.test", "shadow.test"]]);
  });

  it("that does not answer is not waited for", async () => {
    const reply = await limpet.send({ host: "silent.test", path: "/silent" });
    assert.deepEqual([reply.status, reply.endpoint], [200, "a"]);
    await copyOf(silent, "/silent");
    assert.equal(held.length, 1);
    held.pop()?.end();
  });

  it("that is not there costs nobody anything", async () => {
    for (const host of ["dead.test", "unknown.test"]) {
      const reply = await limpet.send({ host, path: "/dead", method: "POST", body: "kept" });
      assert.deepEqual([reply.status, reply.endpoint], [200, "a"], host);
    }
    const { body } = await limpet.admin("/api/v1/problems");
    assert.match(body, /annotation\/url-unreachable/);
  });

  it("gets nothing of anybody who did not ask for it", async () => {
    const before = mirror.received().length;
    for (const host of ["plain.test", "wrong.test"]) await limpet.send({ host, path: "/private" });
    await limpet.send({ host: "copied.test", path: "/last" });
    await copyOf(mirror, "/shadow/last");
    assert.deepEqual(
      mirror
        .received()
        .slice(before)
        .map(({ url }) => url),
      ["/shadow/last"],
    );
  });

  it("is explained", async () => {
    const { body } = await limpet.admin("/api/v1/explain?url=http://copied.test/x");
    assert.match(body, /"step":"mirror"/);
  });

  it("leaves no path of its own that clients can ask for", async () => {
    for (const path of ["/limpet-copy", "/limpet-copy-without-body"]) {
      assert.equal((await limpet.send({ host: "plain.test", path })).endpoint, "a");
    }
  });
});
