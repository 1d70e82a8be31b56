import { type Answer, addressesOf, type FamilyAnswer, failureOf, hasAddresses } from "./answer.ts";
import type { ResolvedName } from "./resolved-name.ts";

/** What is known from now on, and for how long. */
export interface Adopted {
  readonly resolved: ResolvedName;
  /** Seconds; absent when the look-up gave no address, and is to be tried again. */
  readonly ttl?: number;
}

const FAILURES: Readonly<Record<string, string>> = {
  ETIMEOUT: "no DNS server answers",
  ECONNREFUSED: "no DNS server can be reached",
  ESERVFAIL: "the DNS server fails (SERVFAIL)",
  EREFUSED: "the DNS server refuses to answer (REFUSED)",
};

/** Seconds after which a family that was not answered is asked again, though the other one was. */
const HALF_ANSWERED = 5;

function failureText(code: string | undefined): string {
  if (code === undefined) return "DNS knows no address of it";
  return FAILURES[code] ?? `the look-up fails (${code})`;
}

function sorted(addresses: readonly string[]): readonly string[] {
  return [...new Set(addresses)].sort();
}

function adoptFamily(before: readonly string[], answer: FamilyAnswer): readonly string[] {
  return "addresses" in answer ? sorted(answer.addresses) : before;
}

function leastTtl({ ipv4, ipv6 }: Answer): number {
  const ttls = [ipv4, ipv6].map((family) => {
    if ("code" in family) return HALF_ANSWERED;
    return addressesOf(family).length === 0 ? Number.POSITIVE_INFINITY : family.ttl;
  });
  return Math.min(...ttls);
}

/**
 * Takes the answer to a look-up in. A look-up that gives nothing leaves the addresses as they were, and so does one
 * family's failure its own: sessions must not end because DNS is away. The order in which a server names the addresses
 * means nothing (RFC 1794).
 *
 * @param before what was known; undefined when nothing was
 */
export function adoptAnswer(before: ResolvedName | undefined, answer: Answer): Adopted {
  const { ipv4, ipv6 } = before ?? { ipv4: [], ipv6: [] };
  if (!hasAddresses(answer)) return { resolved: { ipv4, ipv6, failure: failureText(failureOf(answer)) } };
  const resolved = { ipv4: adoptFamily(ipv4, answer.ipv4), ipv6: adoptFamily(ipv6, answer.ipv6) };
  return { resolved, ttl: leastTtl(answer) };
}
