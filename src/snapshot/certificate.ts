/** A certificate with its private key, both PEM; what `kubernetes.io/tls` Secrets hold. */
export interface Certificate {
  /** That of the server first, then those that vouch for it. */
  readonly chain: string;
  readonly key: string;
}

/** What a TLS client that names a host (SNI, RFC 6066 §3) is shown. */
export interface ServerName {
  /** Ids of Certificates, each with another type of key: the client's signature algorithms choose. Empty: the default. */
  readonly certificates: readonly string[];
}

/** Who vouches for the clients of a host. Named by a digest of itself. */
export interface ClientAuthorities {
  /** PEM, the certificates of a Secret's `ca.crt`. */
  readonly certificates: string;
  /** Lists of certificates that were taken back (RFC 5280 §5), each PEM, of its `ca.crl`; absent: nobody looks for any. */
  readonly revocations?: readonly string[];
}
