import { X509Certificate } from "node:crypto";

/** A certificate, as RFC 7468 labels it. */
export const PLAIN_BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** OpenSSL's own labels as well. Of a TRUSTED block the certificate is read, and what it may be used for is not. */
export const OPENSSL_BLOCK = /-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----[\s\S]*?-----END \1?CERTIFICATE-----/g;

/**
 * The certificates in a PEM text, in their order; what stands between them is passed over.
 *
 * @param block what counts as one
 * @throws Error of OpenSSL's when a block holds no certificate
 */
export function readPemCertificates(text: string, block: RegExp): readonly X509Certificate[] {
  return (text.match(block) ?? []).map((one) => new X509Certificate(one));
}
