/** What a client says it is. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

const SCHEME = "basic ";

/** Reads an Authorization header of the Basic scheme (RFC 7617 §2); undefined when it is none. */
export function readCredentials(header: string | undefined): Credentials | undefined {
  if (header === undefined || header.substring(0, SCHEME.length).toLowerCase() !== SCHEME) return undefined;
  const decoded = ngx.decode_base64(header.substring(SCHEME.length).trim());
  // A zero byte would end the password for the functions that hash it: what is behind it would not count.
  if (decoded === undefined || decoded.indexOf("\0") >= 0) return undefined;
  const colon = decoded.indexOf(":");
  if (colon < 1) return undefined;
  return { user: decoded.substring(0, colon), password: decoded.substring(colon + 1) };
}
