import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import { connect, createServer } from "node:tls";
import { type CertifiedKey, makeCertificate } from "./self-signed.ts";

const AUTHORITY = makeCertificate({ commonName: "authority", names: [], days: 10, authority: true });
const NAMES = ["limpet.default.svc", "127.0.0.1", "::1"];

/** The error of a TLS client that trusts one authority; empty when there is none. */
async function handshake(server: CertifiedKey, ca: string, servername: string): Promise<string> {
  const listener = createServer({ key: server.key, cert: server.certificate }).listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as AddressInfo;
  const socket = connect({ port, host: "127.0.0.1", ca, servername });
  try {
    await once(socket, "secureConnect");
    return "";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  } finally {
    socket.destroy();
    listener.close();
  }
}

describe("a certificate", () => {
  it("is that of its names, key and time", () => {
    const now = Date.UTC(2026, 0, 31, 12);
    const { key, certificate } = makeCertificate({ commonName: "limpet", names: NAMES, days: 2, now });
    const read = new X509Certificate(certificate);
    assert.equal(read.subject, "CN=limpet");
    assert.equal(read.subjectAltName, "DNS:limpet.default.svc, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1");
    assert.deepEqual(read.keyUsage, ["1.3.6.1.5.5.7.3.1"]);
    assert.equal(read.ca, false);
    assert.ok(read.checkPrivateKey(createPrivateKey(key)));
    assert.equal(read.validFromDate.getTime(), now - 3_600_000);
    assert.equal(read.validToDate.getTime(), now + 2 * 86_400_000);
  });

  it("signs itself when nobody else does", async () => {
    const own = makeCertificate({ commonName: "limpet", names: NAMES, days: 1 });
    assert.equal(await handshake(own, own.certificate, "limpet.default.svc"), "");
  });

  it("of a server is trusted by whoever trusts the authority, under its names only", async () => {
    const server = makeCertificate({ commonName: "limpet", names: NAMES, days: 1, issuer: AUTHORITY });
    const read = new X509Certificate(server.certificate);
    assert.equal(read.issuer, "CN=authority");
    assert.ok(read.checkIssued(new X509Certificate(AUTHORITY.certificate)));
    assert.equal(await handshake(server, AUTHORITY.certificate, "limpet.default.svc"), "");
    assert.equal(await handshake(server, AUTHORITY.certificate, "other.default.svc"), "ERR_TLS_CERT_ALTNAME_INVALID");
    const stranger = makeCertificate({ commonName: "authority", names: [], days: 10, authority: true });
    assert.notEqual(await handshake(server, stranger.certificate, "limpet.default.svc"), "");
  });

  it("that has ended is not trusted any more", async () => {
    const now = Date.now() - 3 * 86_400_000;
    const server = makeCertificate({ commonName: "limpet", names: NAMES, days: 2, issuer: AUTHORITY, now });
    assert.equal(await handshake(server, AUTHORITY.certificate, "limpet.default.svc"), "CERT_HAS_EXPIRED");
  });

  it("of a server signs nobody", async () => {
    const issuer = makeCertificate({ commonName: "limpet", names: NAMES, days: 1 });
    const server = makeCertificate({ commonName: "other", names: NAMES, days: 1, issuer });
    assert.notEqual(await handshake(server, issuer.certificate, "limpet.default.svc"), "");
  });

  it("may be valid beyond 2050, and have a name that is too long for a CN", () => {
    const { certificate } = makeCertificate({ commonName: "n".repeat(70), names: NAMES, days: 36_500 });
    const read = new X509Certificate(certificate);
    assert.ok(read.validToDate.getFullYear() > 2100);
    assert.equal(read.subject, `CN=${"n".repeat(64)}`);
  });
});
