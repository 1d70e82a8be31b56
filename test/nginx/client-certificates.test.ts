import assert from "node:assert/strict";
import https from "node:https";
import { after, before, describe, it } from "node:test";
import type { ConnectionOptions } from "node:tls";
import { certificateFor, tlsSecret, withTls } from "../support/certificates.ts";
import { clientCertificate, makeAuthority, showing } from "../support/client-certificates.ts";
import { startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, type Manifest, secret, service, slices } from "../support/manifests.ts";
import { revocationsOf } from "../support/revocations.ts";
import { handshake, sendHttp2, sendTls, sessionOf, type TlsRequestOptions } from "../support/tls-client.ts";

const OURS = makeAuthority("ours");
const OTHERS = makeAuthority("others");
const MIDDLE = makeAuthority("middle", OURS);
const LOWER = makeAuthority("lower", MIDDLE);

const ann = clientCertificate("ann", OURS);
const bob = clientCertificate("bob", OURS);
const ANN = showing(ann);
const BOB = showing(bob);
const STRANGER = showing(clientCertificate("ann", OTHERS));
const LATE = showing(clientCertificate("late", OURS, -0.001));
const DEEP = showing(clientCertificate("deep", MIDDLE), MIDDLE);
const DEEPER = showing(clientCertificate("deeper", LOWER), LOWER, MIDDLE);

const VERSIONS = ["TLSv1.2", "TLSv1.3"] as const;

/** An Ingress that asks for certificates of ours. */
function guarded(
  host: string,
  annotations: Readonly<Record<string, string>> = {},
  paths = [{ service: "web" }],
): Manifest {
  const name = host.replace("*", "star").replaceAll(".", "-");
  return ingress({ name, host, paths, annotations: { "auth-tls-secret": "default/ours", ...annotations } });
}

/**
 * A session as a client without scruples offers it to another host. Node's offers none that was made under another name, so
 * the name that it noted is written over; the ticket itself stays as it is.
 *
 * @param host as long as the name before: the session's is `twin.test`, or `open.test`
 */
function asOf(host: string, session: Buffer): Buffer {
  return Buffer.from(session.toString("latin1").replaceAll(/(twin|open)\.test/g, host), "latin1");
}

const REVOKING = secret("revoking", { "ca.crt": OURS.certificate, "ca.crl": revocationsOf(OURS) });

const REPLACEABLE = secret("replaceable", { "ca.crt": OURS.certificate });

const OBJECTS: readonly Manifest[] = [
  withTls(guarded("on.test", { "server-alias": "also.test" }), { hosts: ["on.test"], secretName: "shop" }),
  guarded("twin.test"),
  guarded("else.test", { "auth-tls-secret": "default/others" }),
  guarded("free.test", { "auth-tls-verify-client": "optional" }),
  guarded("loose.test", { "auth-tls-verify-client": "optional_no_ca" }),
  guarded("off.test", { "auth-tls-verify-client": "off" }),
  guarded("deep.test", { "auth-tls-verify-depth": "2" }),
  guarded("page.test", { "auth-tls-error-page": "https://help.test/certificates" }),
  guarded("pass.test", { "auth-tls-pass-certificate-to-upstream": "true" }),
  guarded("name.test", { "auth-tls-match-cn": "CN=(ann|al)$" }),
  guarded("*.wild.test"),
  ingress({ name: "outside", host: "outside.wild.test" }),
  guarded("replaced.test", { "auth-tls-secret": "default/replaceable" }),
  guarded("lost.test", { "auth-tls-secret": "default/lost" }, [{ service: "web", path: "/own" } as never]),
  ingress({ name: "lost-too", host: "lost.test", paths: [{ service: "web", path: "/other" }] }),
  guarded("paths.test", { "app-root": "/app" }, [{ service: "web", path: "/app/" } as never]),
  ingress({ name: "acme", host: "on.test", paths: [{ service: "web", path: "/.well-known/acme-challenge/x" }] }),
  ingress({ name: "open", host: "open.test" }),
  guarded("regex.test", { "use-regex": "true" }, [{ service: "web", path: "/a(b|c)" } as never]),
  tlsSecret("shop", certificateFor(["on.test", "also.test"])),
  secret("ours", { "ca.crt": OURS.certificate }),
  secret("others", { "ca.crt": OTHERS.certificate }),
  guarded("revoking.test", { "auth-tls-secret": "default/revoking" }),
  REVOKING,
  REPLACEABLE,
  service(),
];

describe("client certificates", () => {
  let limpet: Limpet;
  let endpoint: TestEndpoint;
  let objects: readonly Manifest[];

  before(async () => {
    endpoint = await startEndpoint("a", {
      answer: ({ headers }, response) => response.end(JSON.stringify(headers)),
    });
    objects = [...OBJECTS, ...slices([endpoint])];
    limpet = await Limpet.start(objects, { https: true, workers: 2, flags: ["--enable-underscores-in-headers"] });
  });

  after(async () => {
    await limpet?.stop();
    await endpoint?.kill();
  });

  const get = (host: string, tls: ConnectionOptions = {}, more: Partial<TlsRequestOptions> = {}) =>
    sendTls(limpet.httpsPort, { host, tls, ...more });
  const status = async (host: string, tls: ConnectionOptions = {}) => (await get(host, tls)).status;
  /** What the endpoint was told of the client. */
  const told = async (host: string, tls: ConnectionOptions = {}, more: Partial<TlsRequestOptions> = {}) => {
    const { body } = await get(host, tls, more);
    const headers = Object.entries(JSON.parse(body) as Record<string, string>);
    return Object.fromEntries(headers.filter(([name]) => /^ssl.client/.test(name)));
  };

  it("are asked for on hosts that say so, and nowhere else", async () => {
    for (const maxVersion of VERSIONS) {
      assert.equal(await status("on.test", { ...ANN, maxVersion }), 200);
      assert.equal(await status("on.test", { maxVersion }), 400);
      assert.equal(await status("on.test", { ...STRANGER, maxVersion }), 400);
      assert.equal(await status("on.test", { ...LATE, maxVersion }), 400);
      assert.equal(await status("open.test", { maxVersion }), 200);
    }
  });

  it("are asked for over HTTP/2 too", async () => {
    assert.equal((await sendHttp2(limpet.httpsPort, "on.test", ANN))[":status"], 200);
    assert.equal((await sendHttp2(limpet.httpsPort, "on.test"))[":status"], 400);
    assert.equal((await sendHttp2(limpet.httpsPort, "on.test", STRANGER))[":status"], 400);
    assert.equal((await sendHttp2(limpet.httpsPort, "on.test", { ...ANN, servername: "open.test" }))[":status"], 421);
  });

  it("may be left out, but not bad, where they are optional", async () => {
    assert.deepEqual(
      [await status("free.test"), await status("free.test", ANN), await status("free.test", STRANGER)],
      [200, 200, 400],
    );
  });

  it("may be of any authority with optional_no_ca, and be nothing else that is wrong", async () => {
    assert.deepEqual(
      [
        await status("loose.test"),
        await status("loose.test", ANN),
        await status("loose.test", STRANGER),
        await status("loose.test", LATE),
      ],
      [200, 200, 200, 400],
    );
  });

  it("are not asked for when it is off, and nobody is who another host took him for", async () => {
    assert.deepEqual(await told("off.test", ANN), { "ssl-client-verify": "NONE" });
    assert.deepEqual(await told("off.test", { ...ANN, servername: "on.test" }), { "ssl-client-verify": "NONE" });
  });

  it("may come over so many others", async () => {
    assert.deepEqual([await status("on.test", DEEP), await status("on.test", DEEPER)], [200, 400]);
    assert.deepEqual([await status("deep.test", DEEP), await status("deep.test", DEEPER)], [200, 200]);
  });

  it("lead to a page when they are not good", async () => {
    for (const tls of [{}, STRANGER]) {
      const { status, headers } = await get("page.test", tls);
      assert.deepEqual([status, headers.location], [302, "https://help.test/certificates"]);
    }
    assert.equal(await status("page.test", ANN), 200);
  });

  it("must have the name that is asked for", async () => {
    assert.deepEqual(
      [
        await status("name.test", ANN),
        await status("name.test", BOB),
        await status("name.test", showing(clientCertificate("anna", OURS))),
        await status("name.test", showing(clientCertificate("no,CN=ann", OURS))),
        await status("name.test", showing(clientCertificate("ANN", OURS))),
        await status("name.test"),
      ],
      [200, 403, 403, 403, 403, 400],
    );
  });

  it("are told to endpoints", async () => {
    assert.deepEqual(await told("on.test", ANN), {
      "ssl-client-verify": "SUCCESS",
      "ssl-client-subject-dn": "CN=ann",
      "ssl-client-issuer-dn": "CN=ours",
    });
    assert.deepEqual(await told("free.test"), { "ssl-client-verify": "NONE" });
    const passed = await told("pass.test", ANN);
    assert.equal(decodeURIComponent(passed["ssl-client-cert"] ?? "").trim(), ann.certificate.trim());
    assert.equal((await told("loose.test", STRANGER))["ssl-client-verify"]?.startsWith("FAILED:"), true);
  });

  it("are nothing that a client could claim", async () => {
    const claims = {
      "SSL-Client-Verify": "SUCCESS",
      "ssl-client-subject-dn": "CN=root",
      "ssl-client-issuer-dn": "CN=ours",
      "ssl-client-cert": "mine",
      ssl_client_verify: "SUCCESS",
      "Ssl_Client-Cert": "mine",
    };
    assert.deepEqual(await told("free.test", {}, { headers: claims }), { "ssl-client-verify": "NONE" });
    assert.deepEqual(await told("on.test", BOB, { headers: claims }), {
      "ssl-client-verify": "SUCCESS",
      "ssl-client-subject-dn": "CN=bob",
      "ssl-client-issuer-dn": "CN=ours",
    });
    const { body } = await limpet.send({ host: "free.test", headers: claims });
    assert.doesNotMatch(body, /ssl.client/i);
    // The control: where nobody asks for certificates these headers are like any other.
    assert.equal((await told("open.test", {}, { headers: claims }))["ssl-client-verify"], "SUCCESS");
  });

  it("count for the host that the connection was made for", async () => {
    for (const maxVersion of VERSIONS) {
      const to = (host: string, servername: string) => status(host, { ...ANN, servername, maxVersion });
      assert.equal(await to("on.test", "open.test"), 421);
      assert.equal(await to("on.test", "free.test"), 421);
      assert.equal(await to("on.test", "else.test"), 421);
      assert.equal(await to("on.test", "twin.test"), 421);
      assert.equal(await to("on.test", "nobody.test"), 421);
      assert.equal(await to("on.test", ""), 421);
      assert.equal(await to("open.test", "on.test"), 200);
      assert.equal(await to("on.test", "ON.test"), 200);
    }
  });

  it("are asked for under other names of the host, and under all that a wildcard covers", async () => {
    for (const host of ["also.test", "any.wild.test"]) {
      assert.deepEqual(
        [await status(host, ANN), await status(host), await status(host, STRANGER)],
        [200, 400, 400],
        host,
      );
    }
    assert.equal(await status("also.test", { ...ANN, servername: "on.test" }), 200);
    assert.equal(await status("one.wild.test", { ...ANN, servername: "two.wild.test" }), 200);
    // A host of its own is none of the wildcard's.
    assert.equal(await status("outside.wild.test"), 200);
    assert.equal(await status("any.wild.test", { ...ANN, servername: "outside.wild.test" }), 421);
  });

  for (const maxVersion of VERSIONS) {
    it(`are remembered with a session, for one host, in ${maxVersion}`, async () => {
      const session = await sessionOf(limpet.httpsPort, "twin.test", { ...ANN, maxVersion });
      assert.equal((await handshake(limpet.httpsPort, "twin.test", { maxVersion, session })).resumed, true);
      assert.equal(await status("twin.test", { maxVersion, session }), 200);
      for (const [host, expected] of [
        ["else.test", 400],
        ["deep.test", 400],
        ["page.test", 302],
        ["free.test", 200],
      ] as const) {
        const again = { maxVersion, session: asOf(host, session) };
        assert.equal((await handshake(limpet.httpsPort, host, again)).resumed, false, host);
        assert.equal(await status(host, again), expected, host);
      }
      assert.deepEqual(await told("free.test", { maxVersion, session: asOf("free.test", session) }), {
        "ssl-client-verify": "NONE",
      });
      // The control: hosts that ask for nothing take each other's sessions, so it is not the client that offers none.
      const open = asOf("wide.test", await sessionOf(limpet.httpsPort, "open.test", { maxVersion }));
      assert.equal((await handshake(limpet.httpsPort, "wide.test", { maxVersion, session: open })).resumed, true);
    });

    it(`are asked for whatever session an open host gave, in ${maxVersion}`, async () => {
      const session = await sessionOf(limpet.httpsPort, "open.test", { ...ANN, maxVersion });
      assert.equal((await handshake(limpet.httpsPort, "open.test", { maxVersion, session })).resumed, true);
      const again = { maxVersion, session: asOf("twin.test", session) };
      assert.equal(await status("twin.test", again), 400);
      assert.equal(await status("twin.test", { ...ANN, ...again }), 200);
    });

    it(`are verified again when the authorities are others, in ${maxVersion}`, async () => {
      const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
      const kept = () => get("replaced.test", { ...ANN, maxVersion }, { agent });
      const session = await sessionOf(limpet.httpsPort, "replaced.test", { ...ANN, maxVersion });
      const again = { maxVersion, session };
      assert.equal((await kept()).status, 200);
      assert.equal(await status("replaced.test", again), 200);
      const replaced = secret("replaceable", { "ca.crt": OTHERS.certificate });
      await limpet.apply(objects.map((object) => (object === REPLACEABLE ? replaced : object)));
      assert.equal((await kept()).status, 421);
      assert.equal(await status("replaced.test", again), 400);
      assert.equal(await status("replaced.test", { ...ANN, maxVersion }), 400);
      assert.equal(await status("replaced.test", { ...STRANGER, maxVersion }), 200);
      await limpet.apply(objects);
      assert.equal(await status("replaced.test", { ...ANN, maxVersion }), 200);
      assert.equal(await status("replaced.test", { ...STRANGER, maxVersion }), 400);
      agent.destroy();
    });
  }

  it("are not good any more when they were taken back", async () => {
    const session = await sessionOf(limpet.httpsPort, "revoking.test", BOB);
    const seen = async () => [
      await status("revoking.test", ANN),
      await status("revoking.test", BOB),
      await status("revoking.test", { session }),
      await status("revoking.test", STRANGER),
      await status("revoking.test"),
    ];
    assert.deepEqual(await seen(), [200, 200, 200, 400, 400]);
    // Whether an authority between has taken anything back is not known: nobody of its is let in.
    assert.equal(await status("revoking.test", DEEP), 400);
    const revoked = revocationsOf(MIDDLE) + revocationsOf(OURS, bob);
    const revoking = secret("revoking", { "ca.crt": OURS.certificate, "ca.crl": revoked });
    await limpet.apply(objects.map((object) => (object === REVOKING ? revoking : object)));
    assert.deepEqual(await seen(), [200, 400, 400, 400, 400]);
    assert.equal(await status("revoking.test", DEEP), 200);
    assert.equal(await status("on.test", BOB), 200);
    await limpet.apply(objects);
  });

  it("cannot be shown over plain HTTP", async () => {
    const plain = async (host: string, path = "/") => (await limpet.send({ host, path })).status;
    assert.equal(await plain("twin.test"), 400);
    assert.equal(await plain("free.test"), 200);
    assert.equal(await plain("page.test"), 302);
    assert.equal(await plain("name.test"), 400);
    // With TLS of its own the host is found there, and may have its certificate made here.
    assert.equal(await plain("on.test"), 308);
    assert.equal(await plain("on.test", "/.well-known/acme-challenge/x"), 200);
    assert.equal((await get("on.test", {}, { path: "/.well-known/acme-challenge/x" })).status, 400);
  });

  it("are asked for before anything else that a host answers", async () => {
    for (const path of ["/", "/app", "/nowhere"]) {
      assert.equal((await get("paths.test", {}, { path })).status, 400, path);
    }
    const seen = await Promise.all(["/", "/app", "/nowhere"].map((path) => get("paths.test", ANN, { path })));
    assert.deepEqual(
      seen.map(({ status }) => status),
      [302, 301, 404],
    );
    assert.equal((await limpet.send({ host: "paths.test", path: "/nowhere" })).status, 400);
    for (const [path, expected] of [
      ["/ab", 200],
      ["/ad", 404],
    ] as const) {
      assert.equal((await get("regex.test", {}, { path })).status, 400, path);
      assert.equal((await get("regex.test", ANN, { path })).status, expected, path);
      assert.equal((await limpet.send({ host: "regex.test", path })).status, 400, path);
    }
  });

  it("close the whole host when nobody can say who vouches for them", async () => {
    for (const path of ["/own", "/other", "/nowhere"]) {
      assert.equal((await get("lost.test", ANN, { path })).status, 503, path);
      assert.equal((await limpet.send({ host: "lost.test", path })).status, 503, path);
    }
    await limpet.apply([...objects, secret("lost", { "ca.crt": OURS.certificate })]);
    assert.equal((await get("lost.test", ANN, { path: "/other" })).status, 200);
    assert.equal((await get("lost.test", {}, { path: "/other" })).status, 400);
    await limpet.apply(objects);
    assert.equal((await get("lost.test", ANN, { path: "/other" })).status, 503);
  });

  it("show in the log why a request went no further", async () => {
    await get("twin.test", {}, { path: "/logged-400" });
    await get("twin.test", { ...ANN, servername: "open.test" }, { path: "/logged-421" });
    const reasons = async () => {
      const lines = await limpet.accessLines();
      return lines
        .filter(({ path }) => String(path).startsWith("/logged-"))
        .map(({ reason, status }) => [reason, status]);
    };
    await limpet.eventually("two lines", async () => (await reasons()).length === 2);
    assert.deepEqual(await reasons(), [
      ["unauthorized", 400],
      ["denied", 421],
    ]);
    assert.doesNotMatch(limpet.log, /\[(error|crit|alert)\]/);
  });
});

describe("client certificates of every host that is not declared", () => {
  it("are asked for under any name, and under none", async () => {
    const endpoint = await startEndpoint("a");
    const annotations = { "auth-tls-secret": "default/ours" };
    const limpet = await Limpet.start(
      [
        ingress({ name: "rest", defaultBackend: "web", annotations }),
        ingress({ name: "open", host: "open.test" }),
        secret("ours", { "ca.crt": OURS.certificate }),
        service(),
        ...slices([endpoint]),
      ],
      { https: true },
    );
    try {
      const status = async (host: string, tls: ConnectionOptions) =>
        (await sendTls(limpet.httpsPort, { host, tls })).status;
      for (const servername of ["any.test", "other.test", ""]) {
        assert.equal(await status("any.test", { ...ANN, servername }), 200, servername);
        assert.equal(await status("any.test", { servername }), 400, servername);
        assert.equal(await status("any.test", { ...STRANGER, servername }), 400, servername);
      }
      assert.equal(await status("any.test", { ...ANN, servername: "open.test" }), 421);
      assert.equal(await status("open.test", {}), 200);
      assert.equal((await limpet.send({ host: "any.test" })).status, 400);
    } finally {
      await limpet.stop();
      await endpoint.kill();
    }
  });
});
