import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
import https from "node:https";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { certificateFor, tlsSecret, withTls } from "../support/certificates.ts";
import { startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, type Manifest, service, slices } from "../support/manifests.ts";
import { handshake, sendHttp2, sendTls, sessionOf } from "../support/tls-client.ts";

const SHOP = certificateFor(["shop.test"]);
const BOTH_EC = certificateFor(["both.test"], { commonName: "both, ECDSA" });
const BOTH_RSA = certificateFor(["both.test"], { commonName: "both, RSA", rsa: true });
const WILDCARD = certificateFor(["*.wild.test"]);
const OTHER = certificateFor(["other.test"]);
const DEFAULT = certificateFor(["default.test"]);

function tlsIngress(host: string, ...secrets: readonly string[]): Manifest {
  const entries = secrets.map((secretName) => ({ hosts: [host], secretName }));
  return withTls(ingress({ name: host.replace("*.", "star-"), host }), ...entries);
}

describe("TLS", () => {
  let limpet: Limpet;
  let endpoint: TestEndpoint;
  let objects: readonly Manifest[];

  before(async () => {
    endpoint = await startEndpoint("a", {
      answer: (request, response) => {
        if (request.url === "/own-hsts") response.setHeader("Strict-Transport-Security", "max-age=1");
        response.end(JSON.stringify(request.headers));
      },
    });
    objects = [
      tlsIngress("shop.test", "shop"),
      tlsIngress("both.test", "both-ec", "both-rsa"),
      tlsIngress("*.wild.test", "wild"),
      ingress({ name: "covered", host: "covered.wild.test" }),
      tlsIngress("mismatch.test", "other"),
      tlsIngress("lost.test", "lost"),
      ingress({ name: "plain", host: "plain.test" }),
      tlsSecret("shop", SHOP),
      tlsSecret("both-ec", BOTH_EC),
      tlsSecret("both-rsa", BOTH_RSA),
      tlsSecret("wild", WILDCARD),
      tlsSecret("other", OTHER),
      tlsSecret("fallback", DEFAULT),
      service(),
      ...slices([endpoint]),
    ];
    const flags = ["--default-ssl-certificate", "default/fallback"];
    limpet = await Limpet.start(objects, { https: true, workers: 2, flags });
  });

  after(async () => {
    await limpet.stop();
    await endpoint.kill();
  });

  const shown = async (name: string, options = {}) => (await handshake(limpet.httpsPort, name, options)).commonName;

  it("shows the certificate of the host that the client names", async () => {
    const { commonName, failure, protocol } = await handshake(limpet.httpsPort, "shop.test");
    assert.deepEqual([commonName, failure, protocol], ["shop.test", "", "TLSv1.3"]);
    assert.equal(await shown("SHOP.test"), "shop.test");
    assert.equal(await shown("shop.test", { maxVersion: "TLSv1.2" }), "shop.test");
  });

  it("shows that of a wildcard for one label, to hosts that are declared and to others", async () => {
    assert.equal(await shown("any.wild.test"), "*.wild.test");
    assert.equal(await shown("covered.wild.test"), "*.wild.test");
    assert.equal(await shown("two.labels.wild.test"), "default.test");
  });

  it("shows the default to everybody else", async () => {
    for (const name of ["", "plain.test", "nobody.test", "mismatch.test", "lost.test"]) {
      assert.equal(await shown(name), "default.test", name);
    }
  });

  it("shows the kind of key that a client can check", async () => {
    const only = (algorithms: string, version: "TLSv1.2" | "TLSv1.3") =>
      shown("both.test", { sigalgs: algorithms, maxVersion: version });
    for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
      assert.equal(await only("ecdsa_secp256r1_sha256", version), "both, ECDSA");
      assert.equal(await only("rsa_pss_rsae_sha256", version), "both, RSA");
    }
  });

  it("refuses old versions", async () => {
    const old = { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
    await assert.rejects(handshake(limpet.httpsPort, "shop.test", old), /ERR_SSL|EPROTO|alert/);
  });

  it("tells endpoints of it", async () => {
    const { status, body } = await sendTls(limpet.httpsPort, { host: "shop.test" });
    const headers = JSON.parse(body) as Record<string, string>;
    assert.equal(status, 200);
    assert.equal(headers["x-forwarded-proto"], "https");
    assert.equal(headers["x-forwarded-port"], String(limpet.httpsPort));
  });

  it("serves HTTP/2", async () => {
    const headers = await sendHttp2(limpet.httpsPort, "shop.test");
    assert.equal(headers[":status"], 200);
    assert.equal(headers["strict-transport-security"], "max-age=31536000; includeSubDomains");
  });

  it("has every response say HSTS once, in place of the endpoint's, and none over HTTP", async () => {
    for (const [host, path] of [
      ["shop.test", "/"],
      ["shop.test", "/own-hsts"],
      ["plain.test", "/own-hsts"],
      ["nobody.test", "/"],
    ] as const) {
      const { headers } = await sendTls(limpet.httpsPort, { host, path });
      assert.equal(headers["strict-transport-security"], "max-age=31536000; includeSubDomains", `${host}${path}`);
    }
    const { headers } = await limpet.send({ host: "plain.test" });
    assert.equal(headers["strict-transport-security"], undefined);
  });

  it("resumes sessions, in any worker", async () => {
    for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
      const session = await sessionOf(limpet.httpsPort, "shop.test", { maxVersion });
      const again = await Promise.all(
        Array.from({ length: 8 }, () => handshake(limpet.httpsPort, "shop.test", { maxVersion, session })),
      );
      assert.deepEqual(new Set(again.map(({ resumed }) => resumed)), new Set([true]), maxVersion);
    }
    assert.equal((await handshake(limpet.httpsPort, "shop.test")).resumed, false);
  });

  it("takes a certificate up while a connection lives on", async () => {
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
    const port = () => sendTls(limpet.httpsPort, { host: "shop.test", agent });
    await port();
    const [socket] = Object.values(agent.freeSockets).flat();
    const renewed = certificateFor(["shop.test"], { commonName: "renewed" });
    await limpet.apply(objects.map((object) => (object === objects[7] ? tlsSecret("shop", renewed) : object)));
    assert.equal(await shown("shop.test"), "renewed");
    assert.equal((await port()).status, 200);
    assert.deepEqual(Object.values(agent.freeSockets).flat(), [socket]);
    agent.destroy();
    await limpet.apply(objects);
    assert.equal(await shown("shop.test"), "shop.test");
  });

  it("has a failed handshake nowhere while certificates change", async () => {
    const masters = await limpet.workers();
    let going = true;
    let handshakes = 0;
    const knock = async () => {
      while (going) {
        const { failure } = await handshake(limpet.httpsPort, "shop.test");
        assert.equal(failure, "");
        handshakes++;
      }
    };
    const knocking = Promise.all([knock(), knock(), knock(), knock()]);
    for (let i = 0; i < 10; i++) {
      const renewed = tlsSecret("shop", certificateFor(["shop.test"], { commonName: `renewed ${i}` }));
      await limpet.apply(objects.map((object) => (object === objects[7] ? renewed : object)));
    }
    going = false;
    await knocking;
    assert.ok(handshakes > 10, `${handshakes}`);
    assert.equal(await shown("shop.test"), "renewed 9");
    assert.deepEqual(await limpet.workers(), masters);
  });

  it("says what is wrong", async () => {
    const { problems } = JSON.parse((await limpet.admin("/api/v1/problems")).body) as {
      problems: readonly { code: string; object: string }[];
    };
    assert.deepEqual(problems.map(({ code, object }) => `${object}: ${code}`).sort(), [
      "Ingress default/lost.test: tls/secret-missing",
      "Ingress default/mismatch.test: tls/certificate-of-other-hosts",
    ]);
  });

  it("has metrics say until when certificates are valid", async () => {
    const { body } = await limpet.admin("/metrics");
    const secrets = [
      ...body.matchAll(/^limpet_certificate_expiry_timestamp_seconds\{namespace="default",secret="(\S+)"\} (\d+)/gm),
    ];
    assert.deepEqual(secrets.map(([, secret]) => secret).sort(), ["both-ec", "both-rsa", "fallback", "shop", "wild"]);
    for (const [, , until] of secrets) assert.ok(Number(until) > Date.now() / 1000);
  });

  it("keeps keys to itself", async () => {
    const lines = (pem: string) => pem.split("\n").filter((line) => line.length > 60 && !line.startsWith("-"));
    const secret = lines(SHOP.key);
    assert.ok(secret.length > 0);
    const pages = ["/api/v1/snapshot", "/api/v1/problems", "/metrics", "/api/v1/explain?url=https://shop.test/", "/"];
    const texts = await Promise.all(pages.map(async (page) => (await limpet.admin(page)).body));
    texts.push(
      limpet.log,
      await readFile(limpet.accessLog, "utf8"),
      await readFile(join(limpet.state, "run", "nginx.conf"), "utf8"),
    );
    for (const text of texts) for (const line of secret) assert.ok(!text.includes(line));
    for (const file of ["snapshot.journal", "run/certificate.pem"]) {
      assert.equal((await stat(join(limpet.state, file))).mode & 0o777, 0o600, file);
    }
    // The control: it is there where it must be.
    const journal = await readFile(join(limpet.state, "snapshot.journal"), "latin1");
    assert.ok(secret.every((line) => journal.includes(line)));
  });
});

describe("TLS without a default certificate", () => {
  it("shows one that says what it is", async () => {
    const limpet = await Limpet.start([], { https: true });
    try {
      const { commonName, failure } = await handshake(limpet.httpsPort, "any.test");
      assert.deepEqual([commonName, failure], ["Limpet default certificate", "DEPTH_ZERO_SELF_SIGNED_CERT"]);
    } finally {
      await limpet.stop();
    }
  });
});
