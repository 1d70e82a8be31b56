import { createPrivateKey, type KeyObject, type X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import type { Certificate } from "../../snapshot/certificate.ts";
import type { Secret } from "../objects/model.ts";
import { PLAIN_BLOCK, readPemCertificates } from "./pem-certificates.ts";

/** What a Secret holds, and what is worth knowing of it. */
export interface SecretCertificate {
  /** `namespace/name` of the Secret. */
  readonly id: string;
  readonly certificate: Certificate;
  /** `rsa`, `ec`, `ed25519`: a client is shown one of each. */
  readonly keyType: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /**
   * Whether it is valid for a host, by its alternative names, or its common name where it has none (RFC 6125 §6.4). A star
   * stands for one label, the first.
   */
  readonly covers: (host: string) => boolean;
}

/** @param why half a sentence, without a byte of a key */
export type CertificateReading =
  | { readonly ok: true; readonly value: SecretCertificate }
  | { readonly ok: false; readonly why: string };

/** Keys of `kubernetes.io/tls` Secrets. */
export const CERTIFICATE_KEY = "tls.crt";
const PRIVATE_KEY = "tls.key";

const NAME_RULES = { subject: "default", wildcards: true, partialWildcards: false } as const;

function unusable(why: string): CertificateReading {
  return { ok: false, why };
}

function parseChain(pem: string): readonly X509Certificate[] | undefined {
  try {
    return readPemCertificates(pem, PLAIN_BLOCK);
  } catch {
    return undefined;
  }
}

function parseKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}

/** Why OpenSSL would not serve them, such as a key that is too short; empty when it would. */
function refusal({ chain, key }: Certificate): string {
  try {
    createSecureContext({ cert: chain, key });
    return "";
  } catch (error) {
    return `OpenSSL says: ${(error as { readonly reason?: string }).reason ?? "not usable"}`;
  }
}

/** Both as NGINX's OpenSSL is to read them: nothing between the blocks, and every kind of key in one form. */
function normalized(chain: readonly X509Certificate[], key: KeyObject): Certificate {
  return {
    chain: chain.map((one) => one.toString()).join(""),
    key: key.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

/** The certificate, its chain and its key in a Secret, tried as a server would use them. It never throws. */
export function readCertificate({ metadata, data }: Secret): CertificateReading {
  const chainText = data[CERTIFICATE_KEY];
  const keyText = data[PRIVATE_KEY];
  if (chainText === undefined) return unusable(`${CERTIFICATE_KEY} is missing`);
  if (keyText === undefined) return unusable(`${PRIVATE_KEY} is missing`);
  const chain = parseChain(Buffer.from(chainText).toString("latin1"));
  const [leaf] = chain ?? [];
  if (chain === undefined || leaf === undefined) return unusable(`${CERTIFICATE_KEY} holds no PEM certificate`);
  const key = parseKey(Buffer.from(keyText).toString("latin1"));
  if (key === undefined) return unusable(`${PRIVATE_KEY} holds no PEM private key that can be read`);
  if (!leaf.checkPrivateKey(key)) return unusable(`${PRIVATE_KEY} is not the key of the first certificate`);
  const certificate = normalized(chain, key);
  const refused = refusal(certificate);
  if (refused !== "") return unusable(refused);
  const value: SecretCertificate = {
    id: `${metadata.namespace}/${metadata.name}`,
    certificate,
    keyType: key.asymmetricKeyType ?? "",
    expiresAt: leaf.validToDate.getTime(),
    covers: (host) => leaf.checkHost(host, NAME_RULES) !== undefined,
  };
  return { ok: true, value };
}
