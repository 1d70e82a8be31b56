import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { makeCertificate } from "../support/api-emulator/certificate.ts";
import { cookieOf } from "../support/client.ts";
import { startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, secret, service, slices, sticky } from "../support/manifests.ts";
import { type Seen, startTlsEndpoint, type TlsEndpoint } from "../support/tls-endpoints.ts";

describe("endpoints that speak TLS", () => {
  let limpet: Limpet;
  let endpoints: TlsEndpoint[];
  let plain: TestEndpoint;

  before(async () => {
    const [own, client, other] = [await makeCertificate(), await makeCertificate(), await makeCertificate()];
    endpoints = [await startTlsEndpoint("a", own), await startTlsEndpoint("b", own)];
    plain = await startEndpoint("plain");
    const on = (name: string, annotations: Record<string, string>, serviceName = "web") =>
      ingress({ name, host: `${name}.test`, annotations, paths: [{ service: serviceName }] });
    const tls = { "backend-protocol": "HTTPS" };
    limpet = await Limpet.start([
      on("https", sticky({ "backend-protocol": "https" })),
      on("http", {}),
      on("auto", { "backend-protocol": "AUTO_HTTP" }, "plain"),
      on("named", { ...tls, "proxy-ssl-server-name": "on", "proxy-ssl-name": "inner.example.com" }),
      on("by-host", { ...tls, "proxy-ssl-server-name": "on" }),
      on("silent", { ...tls, "proxy-ssl-name": "inner.example.com" }),
      on("shown", { ...tls, "proxy-ssl-secret": "default/client" }),
      on("shown-other", { ...tls, "proxy-ssl-secret": "other" }),
      on("missing", { ...tls, "proxy-ssl-secret": "default/missing" }),
      on("foreign", { ...tls, "proxy-ssl-secret": "elsewhere/client" }),
      on("mismatched", { ...tls, "proxy-ssl-secret": "mismatched" }),
      on("verified", { ...tls, "proxy-ssl-verify": "on" }),
      secret("client", { "tls.crt": client.certificate, "tls.key": client.key }),
      secret("other", { "tls.crt": other.certificate, "tls.key": other.key }),
      secret("mismatched", { "tls.crt": client.certificate, "tls.key": other.key }),
      service(),
      ...slices(endpoints.map((endpoint) => ({ endpoint }))),
      service("plain"),
      ...slices([plain], "plain"),
    ]);
  });

  after(async () => {
    await limpet.stop();
    for (const endpoint of endpoints) endpoint.close();
    await plain.kill();
  });

  async function seen(host: string): Promise<Seen> {
    const reply = await limpet.send({ host });
    assert.equal(reply.status, 200, `${host}: ${reply.body}`);
    return JSON.parse(reply.body) as Seen;
  }

  it("get TLS when the Ingress says so, and keep their sessions", async () => {
    const first = await limpet.send({ host: "https.test" });
    assert.equal(first.status, 200);
    const cookie = cookieOf(first);
    for (let i = 0; i < 4; i++) {
      assert.equal((await limpet.send({ host: "https.test", cookie })).endpoint, first.endpoint);
    }
    // Without the annotation NGINX speaks plainly, and they have no answer to that.
    assert.notEqual((await limpet.send({ host: "http.test" })).status, 200);
  });

  it("share connections, as others do", async () => {
    const count = () => endpoints.reduce((sum, endpoint) => sum + endpoint.connections(), 0);
    for (let i = 0; i < 2; i++) await seen("https.test");
    const before = count();
    for (let i = 0; i < 6; i++) await seen("https.test");
    // One may be on its way back still when the next request comes.
    assert.ok(count() - before < 3, `${count() - before} new ones`);
  });

  it("or not, as the client's connection is", async () => {
    assert.equal((await limpet.send({ host: "auto.test" })).endpoint, "plain");
  });

  it("are told a server name only when they are to be", async () => {
    assert.equal((await seen("named.test")).serverName, "inner.example.com");
    assert.equal((await seen("by-host.test")).serverName, "by-host.test");
    assert.equal((await seen("silent.test")).serverName, false);
    assert.equal((await seen("https.test")).serverName, false);
  });

  it("are shown the Ingress's own certificate, and never on a connection of another's", async () => {
    const hosts = ["shown.test", "shown-other.test", "https.test"];
    const shown = new Map(hosts.map((host) => [host, new Set<string>()]));
    for (let i = 0; i < 4; i++) {
      for (const host of hosts) shown.get(host)?.add((await seen(host)).clientCertificate);
    }
    const [one, other, none] = hosts.map((host) => [...(shown.get(host) ?? [])]);
    assert.deepEqual([one?.length, other?.length, none], [1, 1, [""]]);
    assert.notDeepEqual(one, other);
    assert.notEqual(one?.[0], "");
  });

  it("are not asked at all when there is nothing to verify them by, or our certificate is missing", async () => {
    for (const host of ["verified", "missing", "foreign", "mismatched"]) {
      assert.equal((await limpet.send({ host: `${host}.test` })).status, 503, host);
    }
    const { body } = await limpet.admin("/api/v1/problems");
    assert.match(body, /annotation\/guard-bad-value/);
    assert.match(body, /annotation\/object-missing/);
  });

  it("are served again once the Secret is there", async () => {
    const made = await makeCertificate();
    await limpet.apply([secret("missing", { "tls.crt": made.certificate, "tls.key": made.key })], "late.json");
    assert.notEqual((await seen("missing.test")).clientCertificate, "");
  });

  it("leave no key where the admin API shows it", async () => {
    for (const path of ["/api/v1/snapshot", "/api/v1/problems", "/api/v1/explain?url=http://shown.test/"]) {
      assert.doesNotMatch((await limpet.admin(path)).body, /PRIVATE KEY/, path);
    }
  });
});
