/**
 * Addresses as text of one length for each family, so that both runtimes compare them alike: 8 hex digits for IPv4, 32 for
 * IPv6, lower case. (LuaJIT's numbers hold no 128 bits, and its bit operators are signed.)
 */

const HEX = "0123456789abcdef";
export const IPV4_DIGITS = 8;
export const IPV6_DIGITS = 32;

/** What an IPv4 address begins with where it is written as an IPv6 one (RFC 4291 §2.5.5.2). */
const MAPPED = "00000000000000000000ffff";

const DOT = 46;
const ZERO = 48;
const NINE = 57;

function hexOf(octet: number): string {
  const low = octet % 16;
  return HEX.charAt((octet - low) / 16) + HEX.charAt(low);
}

/** Four decimal numbers without leading zeros, which some read as octal. */
function parseIpv4(text: string): string | undefined {
  let hex = "";
  let octet = -1;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT) {
      if (octet < 0) return undefined;
      hex += hexOf(octet);
      octet = -1;
    } else {
      if (code < ZERO || code > NINE || octet === 0) return undefined;
      octet = (octet < 0 ? 0 : octet) * 10 + code - ZERO;
      if (octet > 255) return undefined;
    }
  }
  return octet >= 0 && hex.length === 6 ? hex + hexOf(octet) : undefined;
}

/** One to four hex digits, as four. */
function parseGroup(text: string): string | undefined {
  if (text.length < 1 || text.length > 4) return undefined;
  let padded = text.toLowerCase();
  for (let i = 0; i < padded.length; i++) {
    if (HEX.indexOf(padded.charAt(i)) < 0) return undefined;
  }
  while (padded.length < 4) padded = `0${padded}`;
  return padded;
}

/** Groups between colons. @param mayEndDotted whether the last may be an IPv4 address, which stands for two */
function parseGroups(text: string, mayEndDotted: boolean): string | undefined {
  if (text === "") return "";
  let hex = "";
  let from = 0;
  while (true) {
    const colon = text.indexOf(":", from);
    const part = colon < 0 ? text.substring(from) : text.substring(from, colon);
    const dotted = mayEndDotted && colon < 0 && part.indexOf(".") >= 0;
    const group = dotted ? parseIpv4(part) : parseGroup(part);
    if (group === undefined) return undefined;
    hex += group;
    if (colon < 0) return hex;
    from = colon + 1;
  }
}

function zeros(count: number): string {
  let text = "";
  while (text.length < count) text += "0";
  return text;
}

function parseIpv6(text: string): string | undefined {
  const gap = text.indexOf("::");
  if (gap < 0) {
    const hex = parseGroups(text, true);
    return hex !== undefined && hex.length === IPV6_DIGITS ? hex : undefined;
  }
  const head = parseGroups(text.substring(0, gap), false);
  const tail = parseGroups(text.substring(gap + 2), true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = IPV6_DIGITS - head.length - tail.length;
  return missing < 4 ? undefined : head + zeros(missing) + tail;
}

/** An address as it is written: an IPv4 one in IPv6's form stays one of IPv6. Undefined when it is none. */
export function parseWritten(text: string): string | undefined {
  return text.indexOf(":") < 0 ? parseIpv4(text) : parseIpv6(text);
}

/** Whether it is an IPv4 address in IPv6's form. */
export function isMapped(hex: string): boolean {
  return hex.length === IPV6_DIGITS && hex.substring(0, MAPPED.length) === MAPPED;
}

/** An address for comparison: an IPv4 one is the same in either form. Undefined when it is none. */
export function parseAddress(text: string): string | undefined {
  const hex = parseWritten(text);
  if (hex === undefined) return undefined;
  return isMapped(hex) ? hex.substring(MAPPED.length) : hex;
}
