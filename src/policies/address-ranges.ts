import type { AddressRanges } from "../snapshot/route-policies.ts";
import { IPV4_DIGITS, parseAddress } from "./address.ts";

/** Whether a sorted list of first and last addresses in turn, none of which touch, covers an address. */
function covers(bounds: readonly string[], hex: string): boolean {
  // Between `low` and `high` is the last range that begins at the address or before.
  let low = -1;
  let high = bounds.length / 2 - 1;
  while (low < high) {
    const middle = Math.floor((low + high + 1) / 2);
    if ((bounds[middle * 2] as string) <= hex) low = middle;
    else high = middle - 1;
  }
  return low >= 0 && hex <= (bounds[low * 2 + 1] as string);
}

/** @param address as NGINX writes it; what is no IP address is in no range */
export function contains(ranges: AddressRanges, address: string): boolean {
  const hex = parseAddress(address);
  if (hex === undefined) return false;
  return covers(hex.length === IPV4_DIGITS ? ranges.ipv4 : ranges.ipv6, hex);
}
