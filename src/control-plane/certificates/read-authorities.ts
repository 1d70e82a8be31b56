import { X509Certificate } from "node:crypto";
import type { Secret } from "../objects/model.ts";

/** The key of a Secret that holds those who vouch for clients, and the one that holds what they took back. */
export const AUTHORITIES_KEY = "ca.crt";
const REVOCATIONS_KEY = "ca.crl";

/** @param why half a sentence */
export type AuthoritiesReading =
  | { readonly ok: true; readonly certificates: string }
  | { readonly ok: false; readonly why: string };

const PEM_CERTIFICATE = /-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----[\s\S]*?-----END \1?CERTIFICATE-----/g;

/**
 * The certificates in a Secret's `ca.crt`, one behind the other as OpenSSL is to read them. One that does not parse spoils
 * all: who leaves it out would trust others than were meant. It never throws.
 */
export function readAuthorities({ data }: Secret): AuthoritiesReading {
  const text = data[AUTHORITIES_KEY];
  if (text === undefined) return { ok: false, why: `${AUTHORITIES_KEY} is missing` };
  if (data[REVOCATIONS_KEY] !== undefined) {
    return { ok: false, why: `${REVOCATIONS_KEY}, a list of revoked certificates, is not served` };
  }
  try {
    const found = Buffer.from(text).toString("latin1").match(PEM_CERTIFICATE) ?? [];
    const certificates = found.map((one) => new X509Certificate(one).toString()).join("");
    return certificates === "" ? { ok: false, why: noneIn() } : { ok: true, certificates };
  } catch {
    return { ok: false, why: noneIn() };
  }
}

function noneIn(): string {
  return `${AUTHORITIES_KEY} holds no PEM certificates that can be read`;
}
