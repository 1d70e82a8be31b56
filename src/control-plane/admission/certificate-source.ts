import type { CertifiedKey } from "../certificates/self-signed.ts";

/** Where the webhook's certificate comes from. */
export interface CertificateSource {
  /**
   * Hands a certificate over, then or later, and each that takes its place.
   *
   * @param use throws when it cannot be served with
   * @throws Error of one sentence for the operator when there can be none
   */
  readonly start: (use: (certificate: CertifiedKey) => void) => Promise<void>;
  readonly stop: () => Promise<void>;
}
