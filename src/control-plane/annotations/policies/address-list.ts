import { IPV4_DIGITS, IPV6_DIGITS, isMapped, parseWritten } from "../../../policies/address.ts";
import type { AddressRanges } from "../../../snapshot/route-policies.ts";
import type { Parser } from "../annotation.ts";

/** The first and the last address of a network, in hex digits. */
type Range = readonly [first: string, last: string];

const DIGIT_BITS = 4;
const MAPPED_BITS = (IPV6_DIGITS - IPV4_DIGITS) * DIGIT_BITS;

function fillFrom(hex: string, bits: number, filler: 0n | 1n): string {
  const length = hex.length * DIGIT_BITS;
  const host = (1n << BigInt(length - bits)) - 1n;
  const number = BigInt(`0x${hex}`);
  return (filler === 0n ? number & ~host : number | host).toString(16).padStart(hex.length, "0");
}

function readPrefix(text: string | undefined, most: number): number | undefined {
  if (text === undefined) return most;
  const bits = /^(0|[1-9]\d{0,2})$/.test(text) ? Number(text) : Number.NaN;
  return bits <= most ? bits : undefined;
}

/** An address, or a network in CIDR form; bits behind the prefix do not count. Undefined when it is neither. */
function parseNetwork(text: string): Range | undefined {
  const slash = text.indexOf("/");
  const written = parseWritten(slash < 0 ? text : text.substring(0, slash));
  if (written === undefined) return undefined;
  const bits = readPrefix(slash < 0 ? undefined : text.substring(slash + 1), written.length * DIGIT_BITS);
  if (bits === undefined) return undefined;
  if (!isMapped(written) || bits < MAPPED_BITS) return [fillFrom(written, bits, 0n), fillFrom(written, bits, 1n)];
  const hex = written.slice(-IPV4_DIGITS);
  return [fillFrom(hex, bits - MAPPED_BITS, 0n), fillFrom(hex, bits - MAPPED_BITS, 1n)];
}

function touches([, last]: Range, [first]: Range): boolean {
  return first <= last || BigInt(`0x${first}`) - BigInt(`0x${last}`) === 1n;
}

/** Sorts ranges of one family and joins those that overlap or touch. */
function join(ranges: readonly Range[]): readonly string[] {
  const joined: Range[] = [];
  for (const range of ranges.toSorted(([left], [right]) => (left < right ? -1 : 1))) {
    const before = joined.at(-1);
    if (before === undefined || !touches(before, range)) joined.push(range);
    else joined[joined.length - 1] = [before[0], range[1] > before[1] ? range[1] : before[1]];
  }
  return joined.flat();
}

/** Addresses and networks with commas between them, in one form whatever their order and overlaps. */
export const parseAddressList: Parser<AddressRanges> = (text) => {
  const ranges: Range[] = [];
  for (const entry of text.split(",")) {
    const range = parseNetwork(entry.trim());
    if (range === undefined) return { ok: false };
    ranges.push(range);
  }
  const ofLength = (digits: number) => join(ranges.filter(([first]) => first.length === digits));
  return { ok: true, value: { ipv4: ofLength(IPV4_DIGITS), ipv6: ofLength(IPV6_DIGITS) } };
};

export const ADDRESS_LIST_HINT = 'Write addresses or networks with commas between them, such as "10.0.0.0/8,fd00::/8".';
