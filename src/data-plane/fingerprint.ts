let own = "of nobody";

/** Says what this data plane's code is told apart by. @param fingerprint hex digits, as nginx.conf has them */
export function identify(fingerprint: string): void {
  own = fingerprint;
}

/** What tells this data plane's code from others; no fingerprint at all where nginx.conf says none. */
export function ownFingerprint(): string {
  return own;
}
