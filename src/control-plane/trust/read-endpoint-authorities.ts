import { PLAIN_BLOCK, readPemCertificates } from "../certificates/pem-certificates.ts";
import { AUTHORITIES_KEY } from "../certificates/read-client-authorities.ts";

/** @param why half a sentence */
export type EndpointAuthoritiesReading =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly why: string };

/**
 * The certificates of authorities that vouch for Endpoints, PEM, in one form for the same ones: each once, in an order of
 * their own, and nothing between them.
 *
 * @param text of `ca.crt`; undefined: there is none
 */
export function readEndpointAuthorities(text: string | undefined): EndpointAuthoritiesReading {
  if (text === undefined) return { ok: false, why: `it has no ${AUTHORITIES_KEY}` };
  try {
    const certificates = readPemCertificates(text, PLAIN_BLOCK).map((one) => one.toString());
    if (certificates.length > 0) return { ok: true, value: [...new Set(certificates)].sort().join("") };
  } catch {
    // Of a bundle with a certificate that cannot be read OpenSSL would take a part.
  }
  return { ok: false, why: `its ${AUTHORITIES_KEY} is no list of certificates in PEM` };
}
