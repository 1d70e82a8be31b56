import { generateKeyPairSync } from "node:crypto";
import { type CertifiedKey, makeCertificate } from "../../src/control-plane/certificates/self-signed.ts";
import type { Manifest } from "./manifests.ts";

/** Whom the clients of tests trust. */
export const AUTHORITY = makeCertificate({ commonName: "test authority", names: [], days: 1000, authority: true });

const RSA = generateKeyPairSync("rsa", { modulusLength: 2048 });

export interface TestCertificate {
  /** Shown as the subject; the first name when absent. */
  readonly commonName?: string;
  readonly days?: number;
  readonly rsa?: boolean;
}

/** A certificate of the authority for these names. */
export function certificateFor(names: readonly string[], options: TestCertificate = {}): CertifiedKey {
  const { commonName = names[0] ?? "", days = 90, rsa = false } = options;
  return makeCertificate({ commonName, names, days, issuer: AUTHORITY, ...(rsa && { keyPair: RSA }) });
}

/** A Secret as `kubectl create secret tls` makes it. */
export function tlsSecret(name: string, { certificate, key }: CertifiedKey): Manifest {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name },
    type: "kubernetes.io/tls",
    data: {
      "tls.crt": Buffer.from(certificate).toString("base64"),
      "tls.key": Buffer.from(key).toString("base64"),
    },
  };
}

/** An entry of `spec.tls`. */
export interface TlsEntry {
  readonly hosts?: readonly string[];
  readonly secretName?: string;
}

/** The Ingress with `spec.tls`. */
export function withTls(ingress: Manifest, ...tls: readonly TlsEntry[]): Manifest {
  return { ...ingress, spec: { ...(ingress["spec"] as Manifest), tls } };
}
