/** The connection that a request came on; over HTTP/2 others came on it too, and end with it. */
export interface Line {
  /** Closes it (FIN) after what was written. */
  readonly finish: () => void;
  /** Breaks it (TCP RST). */
  readonly reset: () => void;
}
