import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { certificateFor, tlsSecret, withTls } from "../support/certificates.ts";
import { startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, type Manifest, service, slices, sticky } from "../support/manifests.ts";
import { handshake, sendTls } from "../support/tls-client.ts";

const ACME = "/.well-known/acme-challenge/token";

function tlsIngress(host: string, annotations: Readonly<Record<string, string>> = {}): Manifest {
  const name = host.replace("*.", "star-");
  return withTls(ingress({ name, host, annotations }), { hosts: [host], secretName: "all" });
}

describe("redirects to HTTPS", () => {
  let limpet: Limpet;
  let endpoint: TestEndpoint;
  let objects: readonly Manifest[];

  before(async () => {
    endpoint = await startEndpoint("a");
    const hosts = ["shop.test", "*.wild.test", "example.test", "www.example.test"];
    objects = [
      tlsIngress("shop.test", sticky()),
      ingress({ name: "acme", host: "shop.test", paths: [{ path: ACME, service: "web" }] }),
      tlsIngress("off.test", { "ssl-redirect": "false" }),
      tlsIngress("slash.test", { "preserve-trailing-slash": "true" }),
      tlsIngress("port.test", { "use-port-in-redirects": "true" }),
      tlsIngress("*.wild.test"),
      ingress({ name: "covered", host: "covered.wild.test" }),
      ingress({ name: "forced", host: "forced.test", annotations: { "force-ssl-redirect": "true" } }),
      ingress({ name: "plain", host: "plain.test" }),
      ingress({ name: "bad", host: "bad.test", annotations: { "force-ssl-redirect": "yes" } }),
      tlsIngress("example.test", { "from-to-www-redirect": "true" }),
      ingress({ name: "www", host: "www.bare.test", annotations: { "from-to-www-redirect": "true" } }),
      ingress({ name: "one", host: "both.test", annotations: { "from-to-www-redirect": "true" } }),
      ingress({ name: "two", host: "www.both.test", annotations: { "from-to-www-redirect": "true" } }),
      tlsSecret("all", certificateFor(hosts)),
      service(),
      ...slices([endpoint]),
    ];
    limpet = await Limpet.start(objects, { https: true });
  });

  after(async () => {
    await limpet.stop();
    await endpoint.kill();
  });

  const sentTo = async (host: string, path = "/") => {
    const { status, headers } = await limpet.send({ host, path });
    return `${status} ${headers.location ?? ""}`.trim();
  };

  it("are due where the host has TLS", async () => {
    assert.equal(await sentTo("shop.test"), "308 https://shop.test");
    assert.equal(await sentTo("shop.test", "/a%20b?c=d"), "308 https://shop.test/a%20b?c=d");
    assert.equal(await sentTo("shop.test", "/a/"), "308 https://shop.test/a");
    assert.equal(await sentTo("shop.test:80", "/a"), "308 https://shop.test/a");
    assert.equal(await sentTo("plain.test"), "200");
    assert.equal((await sendTls(limpet.httpsPort, { host: "shop.test" })).status, 200);
  });

  it("are due where a wildcard with TLS covers the host", async () => {
    assert.equal(await sentTo("any.wild.test"), "308 https://any.wild.test");
    assert.equal(await sentTo("covered.wild.test"), "308 https://covered.wild.test");
  });

  it("are not due where certificates are ordered", async () => {
    assert.equal(await sentTo("shop.test", ACME), "200");
  });

  it("may be switched off, and forced", async () => {
    assert.equal(await sentTo("off.test"), "200");
    assert.equal(await sentTo("forced.test", "/a"), "308 https://forced.test/a");
    assert.equal(await sentTo("bad.test"), "200");
    assert.match((await limpet.admin("/api/v1/problems")).body, /annotation\/bad-value/);
  });

  it("keep the slash at the end where that is asked for", async () => {
    assert.equal(await sentTo("slash.test"), "308 https://slash.test/");
    assert.equal(await sentTo("slash.test", "/a/"), "308 https://slash.test/a/");
  });

  it("name the port where that is asked for, and to clients who name ours", async () => {
    assert.equal(await sentTo("port.test", "/a"), `308 https://port.test:${limpet.httpsPort}/a`);
    assert.equal(await sentTo(`shop.test:${limpet.httpPort}`, "/a"), `308 https://shop.test:${limpet.httpsPort}/a`);
  });

  it("come without a cookie", async () => {
    assert.deepEqual((await limpet.send({ host: "shop.test" })).setCookies, []);
    const [cookie] = (await sendTls(limpet.httpsPort, { host: "shop.test" })).setCookies;
    assert.match(cookie ?? "", /; Secure/);
  });

  it("stand in explain", async () => {
    const { body } = await limpet.admin("/api/v1/explain?url=http://shop.test/a");
    assert.match(body, /"reason":"redirected".*https:\/\/shop\.test\/a/);
    const secure = await limpet.admin("/api/v1/explain?url=https://shop.test/a");
    assert.doesNotMatch(secure.body, /"reason":"redirected"/);
    assert.match(secure.body, /"step":"certificate","outcome":"default\/all"/);
  });

  it("lead from one name to the other, with www. and without", async () => {
    const { httpPort, httpsPort } = limpet;
    assert.equal(await sentTo("www.example.test", "/a/"), `308 http://example.test:${httpPort}/a`);
    assert.equal(await sentTo("bare.test", "/a?b"), `308 http://www.bare.test:${httpPort}/a?b`);
    assert.equal((await handshake(httpsPort, "www.example.test")).failure, "");
    const { status, headers } = await sendTls(httpsPort, { host: "www.example.test", path: "/a" });
    assert.deepEqual([status, headers.location], [308, `https://example.test:${httpsPort}/a`]);
  });

  it("leave a name alone that is declared", async () => {
    assert.equal(await sentTo("both.test"), "200");
    assert.equal(await sentTo("www.both.test"), "200");
  });

  it("end with TLS", async () => {
    const { spec, ...rest } = objects[0] as Manifest;
    const { tls: _, ...without } = spec as Manifest;
    await limpet.apply([{ ...rest, spec: without }, ...objects.slice(1)]);
    assert.equal(await sentTo("shop.test"), "200");
    assert.equal((await handshake(limpet.httpsPort, "shop.test")).commonName, "Limpet default certificate");
    await limpet.apply(objects);
    assert.equal(await sentTo("shop.test"), "308 https://shop.test");
  });
});
