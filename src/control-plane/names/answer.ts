/** What one question came to: addresses, none of them when the name has none of this family; or the failure's code. */
export type FamilyAnswer =
  | { readonly addresses: readonly string[] /** Seconds for which it holds. */; readonly ttl: number }
  | { readonly code: string };

/** What a look-up of a name came to. */
export interface Answer {
  readonly ipv4: FamilyAnswer;
  readonly ipv6: FamilyAnswer;
}

/** Looks a name up, once. Rejects for bugs alone: a failure of DNS is an answer. */
export type LookUp = (name: string) => Promise<Answer>;

/** What it says of a name that has no address. */
export const ABSENT: Answer = { ipv4: { addresses: [], ttl: 0 }, ipv6: { addresses: [], ttl: 0 } };

export function addressesOf(answer: FamilyAnswer): readonly string[] {
  return "addresses" in answer ? answer.addresses : [];
}

export function hasAddresses({ ipv4, ipv6 }: Answer): boolean {
  return addressesOf(ipv4).length + addressesOf(ipv6).length > 0;
}

/** The code of the question that was not answered; undefined when both were. */
export function failureOf({ ipv4, ipv6 }: Answer): string | undefined {
  if ("code" in ipv4) return ipv4.code;
  return "code" in ipv6 ? ipv6.code : undefined;
}
