import { isIP } from "node:net";
import type { LoadBalancerAddress } from "../objects/model.ts";
import { type AddressSource, inOrder } from "./addresses.ts";

/** An IP address or the name of a host, as a status has it. */
export function addressOf(text: string): LoadBalancerAddress {
  return isIP(text) === 0 ? { hostname: text } : { ip: text };
}

/** Addresses that the operator names: `--publish-status-address`. */
export function fixedAddresses(texts: readonly string[]): AddressSource {
  return {
    start: (publish) => publish(inOrder(texts.map(addressOf))),
    stop: async () => {},
  };
}
