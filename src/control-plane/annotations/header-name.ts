/** A field name (RFC 9110 §5.1). */
export const HEADER_NAME = /^[-!#$%&'*+.^_`|~0-9A-Za-z]+$/;

/** What makes a message what it is (RFC 9110 §7.6.1, RFC 9112 §6): nobody's but NGINX's. */
const FRAMING = ["connection", "content-length", "keep-alive", "trailer", "transfer-encoding", "upgrade"];

/** @param name in lower case */
export function isFraming(name: string): boolean {
  return FRAMING.includes(name);
}
