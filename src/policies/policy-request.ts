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
  /** Lower case, without the port: NGINX's `$host`. */
  readonly host: string;
  /** Decoded and normalised: NGINX's `$uri`. */
  readonly path: string;
  /** Path and query as the client wrote them: NGINX's `$request_uri`. */
  readonly requestUri: () => string;
  /** The same with everything percent-encoded but letters, digits and `-._~`. */
  readonly escapedRequestUri: () => string;
  /** Without the question mark; undefined when there is none. */
  readonly query: () => string | undefined;
  /** Whether the client came over TLS, as far as is known: proxies in front may be believed. */
  readonly tls: () => boolean;
  /** The port that the client's connection came in at. */
  readonly port: () => number;
  /** Seconds since 1970, with three digits behind the point: NGINX's `$msec`. */
  readonly time: () => string;
  /** The id that Endpoints are told. */
  readonly requestId: () => string;
  /** The client's address. */
  readonly address: () => string;
  /** The user name of an `Authorization: Basic` header: NGINX's `$remote_user`. */
  readonly user: () => string | undefined;
  /** @param name lower case, `_` for `-`: as NGINX's `$http_…` variables have it. Lines of one name are joined. */
  readonly header: (name: string) => string | undefined;
  /** An argument of the query, as it was sent: NGINX's `$arg_…`. The first of its name, whatever the case of it. */
  readonly argument: (name: string) => string | undefined;
  /** NGINX's `$cookie_…`: the first of its name, whatever the case of it. */
  readonly cookie: (name: string) => string | undefined;
}
