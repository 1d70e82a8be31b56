import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";

/** A request as it goes to the server. */
export interface Outgoing {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body?: string;
}

/** The head of an answer, whatever its status, and its body as it comes. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** To be read once. Throws when it ends before its end. */
  readonly body: AsyncIterable<Buffer>;
  /** Ends the exchange where the body has not been read to its end. */
  readonly end: () => void;
}

/** A way to a server: connections that are kept and used again. */
export interface Transport {
  /**
   * Resolves with the head of the answer. A kept connection may end at the moment when it is used again: what only reads
   * is sent once more then.
   *
   * @param signal ends the exchange, the reading of its body with it
   * @throws the error of the connection; the signal's reason, or anything, when that ended it
   */
  readonly send: (request: Outgoing, signal: AbortSignal) => Promise<Answer>;
  /** Others take its place: closes what is idle now, and the rest when the exchanges on it are over. */
  readonly retire: () => void;
  /** Closes every connection. Nothing may be sent after it. */
  readonly close: () => void;
}

/** A server, and how connections to it are secured. */
export interface Endpoint {
  /** Scheme, host and port count. */
  readonly url: URL;
  /** PEM of those that may have signed its certificate; undefined: those that Node trusts. */
  readonly authority: string | undefined;
  /** PEM, of the client; the two come together. */
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  /** The name that its certificate must bear, where that is not the host. */
  readonly serverName: string | undefined;
  /** Any certificate will do. */
  readonly insecure: boolean;
}

/** A URL keeps the brackets of an IPv6 address, a socket wants none. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, "$1");
}

/**
 * Idle time after which the kernel asks whether the other end is still there, milliseconds. libuv then asks ten times, once
 * a second: a server that vanished is noticed after 40 seconds.
 */
export const PROBE_AFTER_MS = 30_000;
