import type { AddressRanges, RoutePolicies } from "../../../snapshot/route-policies.ts";
import { guardBadValue } from "../../problems/annotation-problems.ts";
import type { ServedAnnotation } from "../annotation.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import { served } from "../served.ts";
import { ADDRESS_LIST_HINT, parseAddressList } from "./address-list.ts";
import { readEither } from "./former-name.ts";

const access = served("Access by address", "location");

const LIST = {
  parser: parseAddressList,
  onBadValue: "the Routes answer 503",
  badValue: guardBadValue("An entry of this list is no address and no network", ADDRESS_LIST_HINT),
  guards: true,
} as const;

export const ALLOWLIST: ServedAnnotation<AddressRanges> = access("high", {
  ...LIST,
  name: "allowlist-source-range",
  default: "everybody",
  doc: "Addresses and networks that may use the Ingress; others get 403.",
});

export const WHITELIST: ServedAnnotation<AddressRanges> = access("high", {
  ...LIST,
  name: "whitelist-source-range",
  default: "everybody",
  doc: "The former name of `allowlist-source-range`.",
});

export const DENYLIST: ServedAnnotation<AddressRanges> = access("medium", {
  ...LIST,
  name: "denylist-source-range",
  default: "nobody",
  doc: "Addresses and networks that get 403, whatever the other list says.",
});

export const ADDRESS_ANNOTATIONS: readonly ServedAnnotation<unknown>[] = [ALLOWLIST, WHITELIST, DENYLIST];

/** Who may use the Routes of an Ingress, by address. */
export function readAddresses(context: AnnotationContext): Partial<RoutePolicies> {
  const allow = readEither(context, ALLOWLIST, WHITELIST);
  const deny = context.read(DENYLIST);
  if (allow === undefined && deny === undefined) return {};
  return { addresses: { ...(allow && { allow }), ...(deny && { deny }) } };
}
