import { createPrivateKey, sign, X509Certificate } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import {
  AlgorithmIdentifier,
  Certificate,
  CertificateList,
  RevokedCertificate,
  TBSCertList,
  Time,
  Version,
} from "@peculiar/asn1-x509";
import type { CertifiedKey } from "../../src/control-plane/certificates/self-signed.ts";

const DAY_MS = 86_400_000;

/** ecdsa-with-SHA256. */
const ALGORITHM = new AlgorithmIdentifier({ algorithm: "1.2.840.10045.4.3.2" });

function parsed({ certificate }: CertifiedKey): Certificate {
  return AsnConvert.parse(new X509Certificate(certificate).raw, Certificate);
}

/** The list of certificates that an authority took back (RFC 5280 §5), PEM. */
export function revocationsOf(issuer: CertifiedKey, ...revoked: readonly CertifiedKey[]): string {
  const at = new Time(new Date(Date.now() - DAY_MS));
  const certificates = revoked.map((one) => {
    const userCertificate = parsed(one).tbsCertificate.serialNumber;
    return new RevokedCertificate({ userCertificate, revocationDate: at });
  });
  const tbsCertList = new TBSCertList({
    version: Version.v2,
    signature: ALGORITHM,
    issuer: parsed(issuer).tbsCertificate.subject,
    thisUpdate: at,
    nextUpdate: new Time(new Date(Date.now() + DAY_MS)),
    // An empty list is left out (RFC 5280 §5.1.2.6).
    ...(certificates.length === 0 ? {} : { revokedCertificates: certificates }),
  });
  const bytes = new Uint8Array(AsnConvert.serialize(tbsCertList));
  const signature = new Uint8Array(sign("sha256", bytes, createPrivateKey(issuer.key))).buffer;
  const der = AsnConvert.serialize(new CertificateList({ tbsCertList, signatureAlgorithm: ALGORITHM, signature }));
  const base64 = Buffer.from(der).toString("base64");
  return `-----BEGIN X509 CRL-----\n${base64.replace(/.{64}/g, "$&\n")}\n-----END X509 CRL-----\n`;
}
