const COLON = 58;
const CLOSING = 93;

/** Where the colon in front of a port stands in a Host header; -1 when there is none. IPv6 addresses are in brackets. */
function portColon(hostHeader: string): number {
  for (let i = hostHeader.length - 1; i >= 0; i--) {
    const code = hostHeader.charCodeAt(i);
    if (code === COLON) return i;
    if (code === CLOSING) return -1;
  }
  return -1;
}

/** A Host header without its port. */
export function hostWithoutPort(hostHeader: string): string {
  const colon = portColon(hostHeader);
  return colon < 0 ? hostHeader : hostHeader.substring(0, colon);
}

/** The port in a Host header, as it is written; empty when there is none. */
export function portWritten(hostHeader: string): string {
  const colon = portColon(hostHeader);
  return colon < 0 ? "" : hostHeader.substring(colon + 1);
}
