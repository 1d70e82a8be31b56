import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startEndpoints, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, type Manifest, service, slices, sticky } from "../support/manifests.ts";

/** A host whose Ingress carries these annotations besides `affinity: cookie`. */
function site(name: string, annotations: Record<string, string>, path = "/"): Manifest {
  return ingress({ name, host: `${name}.test`, annotations: sticky(annotations), paths: [{ service: "web", path }] });
}

const sites = [
  site("named", { "session-cookie-name": "SERVERID" }),
  site("plain", {}),
  site("deep", {}, "/something"),
  site("lasting", { "session-cookie-expires": "172800", "session-cookie-max-age": "259200" }),
  site("domain", { "session-cookie-domain": "foo.bar" }),
  site("path", { "session-cookie-path": "/foo/bar" }),
  site("secure", { "session-cookie-secure": "true" }),
  site("insecure", { "session-cookie-secure": "false" }),
  site("lax", { "session-cookie-samesite": "Lax" }),
  site("strict", { "session-cookie-samesite": "Strict", "session-cookie-conditional-samesite-none": "true" }),
  site("none", { "session-cookie-samesite": "None", "session-cookie-conditional-samesite-none": "true" }),
  site("cased", { "session-cookie-samesite": "nOnE" }),
  site("bogus-samesite", { "session-cookie-samesite": "bogus" }),
  site("bad-name", { "session-cookie-name": "bad;name" }),
  site("bad-age", { "session-cookie-max-age": "1h" }),
  site("zero-age", { "session-cookie-max-age": "0" }),
  site("negative-age", { "session-cookie-max-age": "-1" }),
  site("hashed", { "session-cookie-hash": "sha1" }),
  site("bogus-mode", { "affinity-mode": "bogus" }),
  ingress({ name: "off-by-case", host: "off-by-case.test", annotations: { affinity: "Cookie" } }),
  ingress({ name: "off", host: "off.test", annotations: { affinity: "ip" } }),
  ingress({ name: "wild", host: "*.wild.test", annotations: sticky() }),
  ingress({ name: "everywhere", annotations: sticky() }),
];

describe("the affinity cookie's attributes", () => {
  let limpet: Limpet;
  let endpoints: TestEndpoint[];

  before(async () => {
    endpoints = await startEndpoints(3);
    limpet = await Limpet.start([...sites, service(), ...slices(endpoints)]);
  });

  after(async () => {
    await limpet.stop();
    await Promise.all(endpoints.map((endpoint) => endpoint.kill()));
  });

  /** The Set-Cookie of a first request, with the value taken out. */
  async function attributes(host: string, options: { path?: string; userAgent?: string } = {}): Promise<string> {
    const reply = await limpet.send({
      host,
      path: options.path ?? "/",
      headers: options.userAgent === undefined ? {} : { "user-agent": options.userAgent },
    });
    assert.equal(reply.status, 200);
    assert.ok(reply.setCookies.length <= 1);
    return (reply.setCookies[0] ?? "").replace(/=[^;]*/, "=…");
  }

  it("has the name that was asked for, the path and HttpOnly, and nothing that was not asked for", async () => {
    assert.equal(await attributes("named.test"), "SERVERID=…; Path=/; HttpOnly");
  });

  it("is called INGRESSCOOKIE by default", async () => {
    assert.equal(await attributes("plain.test"), "INGRESSCOOKIE=…; Path=/; HttpOnly");
  });

  it("has the Ingress path as its path", async () => {
    assert.equal(
      await attributes("deep.test", { path: "/something/below" }),
      "INGRESSCOOKIE=…; Path=/something; HttpOnly",
    );
  });

  it("has Expires before Max-Age, in the cookie format with dashes", async () => {
    const earliest = Math.floor(Date.now() / 1000) + 172800;
    const line = await attributes("lasting.test");
    const match =
      /^INGRESSCOOKIE=…; Expires=(\w{3}, \d\d-\w{3}-\d\d \d\d:\d\d:\d\d GMT); Max-Age=259200; Path=\/; HttpOnly$/.exec(
        line,
      );
    assert.ok(match, line);
    const seconds = Date.parse((match[1] as string).replaceAll("-", " ")) / 1000;
    assert.ok(seconds >= earliest - 1 && seconds <= earliest + 10, line);
  });

  it("has the domain before the path", async () => {
    assert.equal(await attributes("domain.test"), "INGRESSCOOKIE=…; Domain=foo.bar; Path=/; HttpOnly");
  });

  it("has the path that was asked for", async () => {
    assert.equal(await attributes("path.test"), "INGRESSCOOKIE=…; Path=/foo/bar; HttpOnly");
  });

  it("is Secure on plain HTTP when told so, and not when told otherwise", async () => {
    assert.equal(await attributes("secure.test"), "INGRESSCOOKIE=…; Path=/; Secure; HttpOnly");
    assert.equal(await attributes("insecure.test"), "INGRESSCOOKIE=…; Path=/; HttpOnly");
  });

  it("has SameSite last, in its proper spelling", async () => {
    assert.equal(await attributes("lax.test"), "INGRESSCOOKIE=…; Path=/; HttpOnly; SameSite=Lax");
    assert.equal(await attributes("cased.test"), "INGRESSCOOKIE=…; Path=/; HttpOnly; SameSite=None");
    assert.equal(await attributes("bogus-samesite.test"), "INGRESSCOOKIE=…; Path=/; HttpOnly");
  });

  it("leaves SameSite=None out for browsers that refuse it, and only that", async () => {
    const old = "Mozilla/5.0 (X11; Linux x86_64) Chrome/51.0.2704.103 Safari/537.36";
    const current = "Mozilla/5.0 (X11; Linux x86_64) Chrome/120.0.0.0 Safari/537.36";
    assert.equal(await attributes("none.test", { userAgent: old }), "INGRESSCOOKIE=…; Path=/; HttpOnly");
    assert.equal(
      await attributes("none.test", { userAgent: current }),
      "INGRESSCOOKIE=…; Path=/; HttpOnly; SameSite=None",
    );
    assert.equal(
      await attributes("strict.test", { userAgent: old }),
      "INGRESSCOOKIE=…; Path=/; HttpOnly; SameSite=Strict",
    );
  });

  it("does as if an unusable value were not there", async () => {
    assert.equal(await attributes("bad-name.test"), "INGRESSCOOKIE=…; Path=/; HttpOnly");
    assert.equal(await attributes("bad-age.test"), "INGRESSCOOKIE=…; Path=/; HttpOnly");
    assert.equal(await attributes("hashed.test"), "INGRESSCOOKIE=…; Path=/; HttpOnly");
    assert.equal(await attributes("bogus-mode.test"), "INGRESSCOOKIE=…; Path=/; HttpOnly");
  });

  it("emits a Max-Age of zero and below", async () => {
    assert.equal(await attributes("zero-age.test"), "INGRESSCOOKIE=…; Max-Age=0; Path=/; HttpOnly");
    assert.equal(await attributes("negative-age.test"), "INGRESSCOOKIE=…; Max-Age=-1; Path=/; HttpOnly");
  });

  it("is not sent where affinity is off or misspelt", async () => {
    assert.equal(await attributes("off.test"), "");
    assert.equal(await attributes("off-by-case.test"), "");
  });

  it("is sent below a wildcard host of one label, and for any host without a rule of its own", async () => {
    assert.equal(await attributes("a.wild.test"), "INGRESSCOOKIE=…; Path=/; HttpOnly");
    assert.equal(await attributes("whoever.test"), "INGRESSCOOKIE=…; Path=/; HttpOnly");
  });

  it("raises a Problem for each value that cannot be used", async () => {
    const problems = JSON.parse((await limpet.admin("/api/v1/problems")).body) as { problems: { object: string }[] };
    const objects = new Set(problems.problems.map((problem) => problem.object));
    for (const name of ["bad-name", "bad-age", "bogus-samesite", "bogus-mode", "off", "off-by-case", "hashed"]) {
      assert.ok(objects.has(`Ingress default/${name}`), `no Problem for ${name}`);
    }
    assert.ok(!objects.has("Ingress default/plain"));
  });
});
