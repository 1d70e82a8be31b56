import { AsnConvert } from "@peculiar/asn1-schema";
import { CertificateList } from "@peculiar/asn1-x509";
import type { ClientAuthorities } from "../../snapshot/certificate.ts";
import type { Secret } from "../objects/model.ts";
import { OPENSSL_BLOCK, readPemCertificates } from "./pem-certificates.ts";

/** The key of a Secret that holds those who vouch for somebody, and the one that holds what they took back. */
export const AUTHORITIES_KEY = "ca.crt";
const REVOCATIONS_KEY = "ca.crl";

/** @param why half a sentence */
export type ClientAuthoritiesReading =
  | { readonly ok: true; readonly value: ClientAuthorities }
  | { readonly ok: false; readonly why: string };

const PEM_REVOCATIONS = /-----BEGIN X509 CRL-----([\s\S]*?)-----END X509 CRL-----/g;

function toPem(der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN X509 CRL-----", ...lines, "-----END X509 CRL-----", ""].join("\n");
}

function parseCertificates(text: string): readonly string[] {
  return readPemCertificates(text, OPENSSL_BLOCK).map((one) => one.toString());
}

function parseRevocations(text: string): readonly string[] {
  return [...text.matchAll(PEM_REVOCATIONS)].map(([, base64 = ""]) => {
    const der = Buffer.from(base64, "base64");
    AsnConvert.parse(der, CertificateList);
    return toPem(der);
  });
}

/** What a key of the Secret holds, as OpenSSL is to read it; empty where that is nothing, or one of it does not parse. */
function readAll(bytes: Uint8Array, parse: (text: string) => readonly string[]): readonly string[] {
  try {
    return parse(Buffer.from(bytes).toString("latin1"));
  } catch {
    return [];
  }
}

function unreadable(key: string, what: string): ClientAuthoritiesReading {
  return { ok: false, why: `${key} holds no ${what} in PEM that can be read` };
}

/**
 * The authorities in a Secret that vouch for clients, and what they took back. One that does not parse spoils all: who leaves it out would trust
 * others than were meant. It never throws.
 */
export function readClientAuthorities({ data }: Secret): ClientAuthoritiesReading {
  const [own, taken] = [data[AUTHORITIES_KEY], data[REVOCATIONS_KEY]];
  if (own === undefined) return { ok: false, why: `${AUTHORITIES_KEY} is missing` };
  const certificates = readAll(own, parseCertificates).join("");
  if (certificates === "") return unreadable(AUTHORITIES_KEY, "certificates");
  if (taken === undefined) return { ok: true, value: { certificates } };
  const revocations = readAll(taken, parseRevocations);
  return revocations.length === 0
    ? unreadable(REVOCATIONS_KEY, "lists of revoked certificates")
    : { ok: true, value: { certificates, revocations } };
}
