/** What proves to an API server who asks. */
export interface Credential {
  /** Such as `authorization`. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** PEM; the two come together. */
  readonly certificate?: string;
  readonly key?: string;
}

export interface Credentials {
  /**
   * What is valid now.
   *
   * @throws Error of one sentence with its remedy when it cannot be read or made
   */
  readonly get: () => Promise<Credential>;
  /** The server refused the last one: the next `get` reads or makes it anew. */
  readonly forget: () => void;
}

/** Where an API server is, how it is trusted, and as whom it is asked. */
export interface Access {
  /** Scheme, host, port, and the path under which it lies, without a slash at the end: `https://10.0.0.1:6443`. */
  readonly server: string;
  /** Who said so, for messages: `context kind of /home/me/.kube/config`. */
  readonly origin: string;
  /** The one that is ours where none is named. */
  readonly namespace: string;
  /** The name that its certificate must bear, where that is not the host of `server`. */
  readonly serverName?: string;
  /** Any certificate will do. */
  readonly insecure: boolean;
  readonly proxyUrl?: string;
  /** PEM of those that may have signed its certificate; undefined: those that Node trusts. */
  readonly authority: () => Promise<string | undefined>;
  readonly credentials: Credentials;
}
