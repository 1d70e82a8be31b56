import { IPV6_DIGITS, parseAddress } from "./address.ts";

/** What one customer is given of IPv6 at least (RFC 6177 §2): who has it has all of its addresses. */
const NETWORK_DIGITS = 16;

/** Who counts as one client where requests are counted: an IPv4 address, or the /64 network of an IPv6 one. */
export function limitedClient(address: string): string {
  const hex = parseAddress(address);
  if (hex === undefined) return address;
  return hex.length === IPV6_DIGITS ? `${hex.substring(0, NETWORK_DIGITS)}/64` : hex;
}
