/** A certificate with its private key, both PEM; what `kubernetes.io/tls` Secrets hold. */
export interface Certificate {
  /** That of the server first, then those that vouch for it. */
  readonly chain: string;
  readonly key: string;
}

/** What a TLS client that names a host (SNI, RFC 6066 §3) meets. */
export interface ServerName {
  /**
   * Ids of Certificates, each with another type of key: the client's signature algorithms choose. Empty: the default. Absent:
   * the host has none of its own, as if it had no entry.
   */
  readonly certificates?: readonly string[];
  /** Of TLS 1.2, in OpenSSL's words; absent: those that NGINX was started with. */
  readonly ciphers?: string;
  /** Whether their order binds the client; absent: as NGINX was started. */
  readonly preferOwn?: boolean;
}

/** What holds for every handshake besides. */
export interface TlsPolicy {
  /** Who names no declared host is sent away. */
  readonly rejectsUnknown?: true;
  /** Nobody gets a session ticket. */
  readonly withoutTickets?: true;
}

/** Who vouches for the clients of a host. Named by a digest of itself. */
export interface ClientAuthorities {
  /** PEM, the certificates of a Secret's `ca.crt`. */
  readonly certificates: string;
  /** Lists of certificates that were taken back (RFC 5280 §5), each PEM, of its `ca.crl`; absent: nobody looks for any. */
  readonly revocations?: readonly string[];
}
