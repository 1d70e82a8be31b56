import { X509Certificate } from "node:crypto";
import { AUTHORITIES_KEY } from "../certificates/read-authorities.ts";
import { PEM_CERTIFICATE } from "../certificates/read-certificate.ts";

/** @param why half a sentence */
export type AuthoritiesReading =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly why: string };

/**
 * The certificates of authorities, PEM, in one form for the same ones: each once, in an order of their own, and nothing
 * between them.
 *
 * @param text of `ca.crt`; undefined: there is none
 */
export function readAuthorities(text: string | undefined): AuthoritiesReading {
  if (text === undefined) return { ok: false, why: `it has no ${AUTHORITIES_KEY}` };
  try {
    const certificates = (text.match(PEM_CERTIFICATE) ?? []).map((pem) => new X509Certificate(pem).toString());
    if (certificates.length > 0) return { ok: true, value: [...new Set(certificates)].sort().join("") };
  } catch {
    // Of a bundle with a certificate that cannot be read OpenSSL would take a part.
  }
  return { ok: false, why: `its ${AUTHORITIES_KEY} is no list of certificates in PEM` };
}
