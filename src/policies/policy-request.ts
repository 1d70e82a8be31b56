/**
 * What policies may ask of a request: NGINX answers in a worker, `limpet explain` from what it was told. Answers are
 * bytes, one character each.
 *
 * @noSelf
 */
export interface PolicyRequest {
  readonly method: () => string;
  /** The Host header as the client wrote it, port and all; empty when there is none. */
  readonly hostHeader: () => string;
  /** Decoded and normalised: NGINX's `$uri`. */
  readonly path: string;
  /** Path and query as the client wrote them: NGINX's `$request_uri`. */
  readonly requestUri: () => string;
  /** Without the question mark; undefined when there is none. */
  readonly query: () => string | undefined;
  /** Whether the client's own connection is TLS. */
  readonly tls: () => boolean;
  /** The port that the client's connection came in at. */
  readonly port: () => number;
  /** The client's address. */
  readonly address: () => string;
  /** @param name lower case, `_` for `-`: as NGINX's `$http_…` variables have it. Lines of one name are joined. */
  readonly header: (name: string) => string | undefined;
}
