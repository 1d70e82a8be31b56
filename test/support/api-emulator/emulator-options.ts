import type { GoneForm } from "./fault.ts";

export interface EmulatorOptions {
  /** Bearer tokens that are let in; undefined: everybody is. */
  readonly tokens?: readonly string[];
  /** HTTPS, with a certificate made for the occasion by `openssl`. */
  readonly tls?: boolean;
  /** With `tls`: HTTP/2 for clients that ask for it by ALPN, as the API server does. */
  readonly http2?: boolean;
  /** Changes of each resource that a watch or a continue token may still ask for. */
  readonly historyLength?: number;
  /** Milliseconds between bookmarks; 0: none but those that a test sends. */
  readonly bookmarkInterval?: number;
  /** How a watch from a forgotten resourceVersion is told so. */
  readonly expiredWatchesAs?: GoneForm;
  /**
   * What becomes of `sendInitialEvents`: streaming lists as in KEP-3157, or the answer of a server without them, or
   * (`broken`) that of a new server over an etcd before 3.4.31: accepted, and then an ERROR event 500.
   */
  readonly watchList?: "broken" | "ignored" | "refused" | "served";
  /** Compresses long answers for clients that take gzip, as the API server does. */
  readonly gzip?: boolean;
}

/** What the API server does by default. */
export const EMULATOR_DEFAULTS = {
  tls: false,
  http2: true,
  historyLength: 10_000,
  bookmarkInterval: 60_000,
  expiredWatchesAs: "error-event",
  watchList: "served",
  gzip: true,
} as const satisfies EmulatorOptions;

export type Settings = Required<Omit<EmulatorOptions, "tls" | "tokens">>;
