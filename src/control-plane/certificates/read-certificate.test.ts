import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { describe, it } from "node:test";
import type { Secret } from "../objects/model.ts";
import { readCertificate } from "./read-certificate.ts";
import { makeCertificate } from "./self-signed.ts";

const AUTHORITY = makeCertificate({ commonName: "authority", names: [], days: 10, authority: true });
const NOW = Date.UTC(2026, 0, 31, 12);
const NAMES = ["shop.test", "*.wild.test"];
const SHOP = makeCertificate({ commonName: "shop", names: NAMES, days: 5, issuer: AUTHORITY, now: NOW });

function secret(data: Readonly<Record<string, string>>): Secret {
  const metadata = {
    namespace: "shop",
    name: "tls",
    uid: "",
    createdAt: 0,
    generation: 0,
    labels: {},
    annotations: {},
  };
  const bytes = Object.entries(data).map(([key, text]) => [key, Buffer.from(text)]);
  return { kind: "Secret", metadata, type: "kubernetes.io/tls", data: Object.fromEntries(bytes) };
}

function why(data: Readonly<Record<string, string>>): string {
  const reading = readCertificate(secret(data));
  return reading.ok ? "" : reading.why;
}

describe("a certificate in a Secret", () => {
  it("is read with its chain, its kind of key and its end", () => {
    const chain = `bag attributes\n${SHOP.certificate}${AUTHORITY.certificate}`;
    const reading = readCertificate(secret({ "tls.crt": chain, "tls.key": SHOP.key }));
    assert.ok(reading.ok);
    const { id, keyType, expiresAt, certificate } = reading.value;
    assert.deepEqual([id, keyType, expiresAt], ["shop/tls", "ec", NOW + 5 * 86_400_000]);
    assert.equal(certificate.chain, SHOP.certificate + AUTHORITY.certificate);
    assert.equal(certificate.key, SHOP.key);
  });

  it("covers its names, a star one label", () => {
    const reading = readCertificate(secret({ "tls.crt": SHOP.certificate, "tls.key": SHOP.key }));
    assert.ok(reading.ok);
    const { covers } = reading.value;
    for (const host of ["shop.test", "SHOP.test", "a.wild.test", "*.wild.test"]) assert.ok(covers(host), host);
    for (const host of ["other.test", "wild.test", "a.b.wild.test", "shop", "_"]) assert.ok(!covers(host), host);
  });

  it("goes by its common name only where it has no others", () => {
    const { certificate, key } = makeCertificate({ commonName: "shop.test", names: ["other.test"], days: 1 });
    const reading = readCertificate(secret({ "tls.crt": certificate, "tls.key": key }));
    assert.ok(reading.ok && !reading.value.covers("shop.test"));
  });

  it("may have a key of another form", () => {
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const keyPair = { publicKey, privateKey };
    const { certificate } = makeCertificate({ commonName: "rsa", names: NAMES, days: 5, issuer: AUTHORITY, keyPair });
    const key = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
    const reading = readCertificate(secret({ "tls.crt": certificate, "tls.key": key }));
    assert.ok(reading.ok);
    assert.equal(reading.value.keyType, "rsa");
    assert.match(reading.value.certificate.key, /^-----BEGIN PRIVATE KEY-----/);
  });

  it("cannot be used when a half is missing, broken or of another pair", () => {
    const other = makeCertificate({ commonName: "other", names: NAMES, days: 5 });
    assert.equal(why({ "tls.key": SHOP.key }), "tls.crt is missing");
    assert.equal(why({ "tls.crt": SHOP.certificate }), "tls.key is missing");
    assert.match(why({ "tls.crt": "", "tls.key": SHOP.key }), /^tls\.crt holds no PEM certificate/);
    assert.match(why({ "tls.crt": SHOP.certificate.replace("MII", "MIJ"), "tls.key": SHOP.key }), /^tls\.crt holds/);
    assert.match(why({ "tls.crt": SHOP.certificate, "tls.key": SHOP.key.replace("MIG", "MIH") }), /^tls\.key holds/);
    assert.match(why({ "tls.crt": SHOP.certificate, "tls.key": other.key }), /^tls\.key is not the key of/);
  });

  it("cannot be used when OpenSSL would not", () => {
    const keyPair = generateKeyPairSync("rsa", { modulusLength: 1024 });
    const { certificate, key } = makeCertificate({
      commonName: "w",
      names: NAMES,
      days: 5,
      issuer: AUTHORITY,
      keyPair,
    });
    assert.match(why({ "tls.crt": certificate, "tls.key": key }), /too small/);
  });

  it("shows no byte of a key in what is wrong", () => {
    const text = why({ "tls.crt": SHOP.certificate, "tls.key": SHOP.key.replace("PRIVATE", "SECRET") });
    assert.notEqual(text, "");
    for (const line of SHOP.key.split("\n").filter((it) => it.length > 40)) assert.ok(!text.includes(line));
  });
});
