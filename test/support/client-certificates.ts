import type { ConnectionOptions } from "node:tls";
import { type CertifiedKey, makeCertificate } from "../../src/control-plane/certificates/self-signed.ts";

/** Those who vouch for the clients of tests. */
export function makeAuthority(commonName: string, issuer?: CertifiedKey): CertifiedKey {
  const from = issuer === undefined ? {} : { issuer };
  return makeCertificate({ commonName, names: [], days: 1000, authority: true, delegates: 5, ...from });
}

/** @param days until it ends; negative: it has */
export function clientCertificate(commonName: string, issuer: CertifiedKey, days = 90): CertifiedKey {
  return makeCertificate({ commonName, names: [], days, client: true, issuer });
}

/** A client that shows a certificate, and those who stand between it and who is trusted. */
export function showing({ certificate, key }: CertifiedKey, ...between: readonly CertifiedKey[]): ConnectionOptions {
  return { cert: [certificate, ...between.map((one) => one.certificate)].join(""), key };
}
