import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { describe, it } from "node:test";
import { isDue, issueCertificate, readSecretData, toSecretData } from "./admission-certificate.ts";

const NAMES = ["limpet-admission.limpet.svc"];
const NOW = Date.UTC(2026, 0, 31);
const DAY = 86_400_000;

function isSignedBy(certificate: string, authority: string): boolean {
  return new X509Certificate(certificate).verify(new X509Certificate(authority).publicKey);
}

function certificatesIn(bundle: string): number {
  return bundle.split("-----BEGIN CERTIFICATE-----").length - 1;
}

describe("the webhook's own certificate", () => {
  it("is signed by its authority, which is what is to be trusted", async () => {
    const made = await issueCertificate(NAMES, NOW, undefined);
    assert.ok(isSignedBy(made.serving.certificate, made.bundle));
    assert.equal(certificatesIn(made.bundle), 1);
    assert.ok(new X509Certificate(made.serving.certificate).checkHost("limpet-admission.limpet.svc"));
  });

  it("is due when a third of its year is left, and for other names", async () => {
    const made = await issueCertificate(NAMES, NOW, undefined);
    assert.equal(isDue(made, NAMES, NOW + 240 * DAY), false);
    assert.equal(isDue(made, NAMES, NOW + 250 * DAY), true);
    assert.equal(isDue(made, ["other.limpet.svc"], NOW), true);
  });

  it("is renewed by the same authority: nothing else is to be trusted", async () => {
    const made = await issueCertificate(NAMES, NOW, undefined);
    const renewed = await issueCertificate(NAMES, NOW + 250 * DAY, made);
    assert.equal(renewed.bundle, made.bundle);
    assert.notEqual(renewed.serving.certificate, made.serving.certificate);
    assert.ok(isSignedBy(renewed.serving.certificate, made.bundle));
    assert.equal(isDue(renewed, NAMES, NOW + 250 * DAY), false);
  });

  it("gets another authority in its time, and the one before is trusted for as long as that may serve", async () => {
    const made = await issueCertificate(NAMES, NOW, undefined);
    const late = NOW + 2500 * DAY;
    const renewed = await issueCertificate(NAMES, late, made);
    assert.equal(certificatesIn(renewed.bundle), 2);
    assert.ok(isSignedBy(renewed.serving.certificate, renewed.authority.certificate));
    assert.ok(renewed.bundle.includes(made.authority.certificate));
    const again = await issueCertificate(NAMES, late + 2500 * DAY, renewed);
    assert.equal(certificatesIn(again.bundle), 2);
  });

  it("is read from a Secret as it was put there", async () => {
    const renewed = await issueCertificate(NAMES, NOW + 2500 * DAY, await issueCertificate(NAMES, NOW, undefined));
    assert.deepEqual(readSecretData(toSecretData(renewed)), renewed);
  });

  it("is none when a part is missing, garbled, or of another", async () => {
    const data = toSecretData(await issueCertificate(NAMES, NOW, undefined));
    const other = toSecretData(await issueCertificate(NAMES, NOW, undefined));
    assert.equal(readSecretData({}), undefined);
    for (const name of ["tls.crt", "tls.key", "ca.crt", "ca.key"] as const) {
      const { [name]: _, ...rest } = data;
      assert.equal(readSecretData(rest), undefined, name);
      assert.equal(readSecretData({ ...data, [name]: "AAAA" }), undefined, name);
      assert.equal(readSecretData({ ...data, [name]: other[name] }), undefined, name);
    }
  });
});
