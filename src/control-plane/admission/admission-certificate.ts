import { createPrivateKey, X509Certificate } from "node:crypto";
import type { CertifiedKey } from "../certificates/self-signed.ts";

/** What the webhook serves with, and what the API server is to trust. */
export interface AdmissionCertificate {
  readonly serving: CertifiedKey;
  /** Signs the one that is served, and the next one. */
  readonly authority: CertifiedKey;
  /** PEM: the authority, and the one before it while its certificates may still be served. */
  readonly bundle: string;
}

/** Names of the data in the Secret, as in one of the type `kubernetes.io/tls`, and the authority's key. */
export type SecretData = Readonly<Record<"tls.crt" | "tls.key" | "ca.crt" | "ca.key", string>>;

const SERVING_DAYS = 365;
const AUTHORITY_DAYS = 3650;

/** Whether less than a third of its time is left; milliseconds since 1970. */
function isOld(certificate: string, now: number): boolean {
  const { validFromDate, validToDate } = new X509Certificate(certificate);
  return validToDate.getTime() - now < (validToDate.getTime() - validFromDate.getTime()) / 3;
}

/**
 * A certificate for these names.
 *
 * @param now milliseconds since 1970
 * @param former the one in use: its authority signs this one too while it is not old itself, so that whoever trusts it
 *   need not learn anything new
 */
export async function issueCertificate(
  names: readonly string[],
  now: number,
  former: AdmissionCertificate | undefined,
): Promise<AdmissionCertificate> {
  // It takes a tenth of a second to load, and is needed once a year.
  const { makeCertificate } = await import("../certificates/self-signed.ts");
  const isKept = former !== undefined && !isOld(former.authority.certificate, now);
  const authority = isKept
    ? former.authority
    : makeCertificate({ commonName: "limpet webhook", names: [], days: AUTHORITY_DAYS, authority: true, now });
  const before = former === undefined || isKept ? "" : former.authority.certificate;
  const bundle = isKept ? former.bundle : `${authority.certificate}${before}`;
  const [commonName = "limpet"] = names;
  const serving = makeCertificate({ commonName, names, days: SERVING_DAYS, issuer: authority, now });
  return { serving, authority, bundle };
}

/** Whether it is time for another one: it is old, or made for other names. */
export function isDue({ serving, authority }: AdmissionCertificate, names: readonly string[], now: number): boolean {
  const read = new X509Certificate(serving.certificate);
  const covered = names.every((name) => read.checkHost(name) !== undefined);
  return !covered || isOld(serving.certificate, now) || isOld(authority.certificate, now);
}

function belongTogether({ key, certificate }: CertifiedKey): boolean {
  return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
}

/** What a Secret holds; undefined when that is nothing, or not what was put there. */
export function readSecretData(data: Readonly<Record<string, string>>): AdmissionCertificate | undefined {
  const text = (name: keyof SecretData) => Buffer.from(data[name] ?? "", "base64").toString("utf8");
  const serving = { key: text("tls.key"), certificate: text("tls.crt") };
  const bundle = text("ca.crt");
  try {
    const signer = new X509Certificate(bundle);
    const authority = { key: text("ca.key"), certificate: signer.toString() };
    const signed = new X509Certificate(serving.certificate).verify(signer.publicKey);
    return signed && [serving, authority].every(belongTogether) ? { serving, authority, bundle } : undefined;
  } catch {
    return undefined;
  }
}

/** The same for a Secret, in base64. */
export function toSecretData({ serving, authority, bundle }: AdmissionCertificate): SecretData {
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  return {
    "tls.crt": base64(serving.certificate),
    "tls.key": base64(serving.key),
    "ca.crt": base64(bundle),
    "ca.key": base64(authority.key),
  };
}
