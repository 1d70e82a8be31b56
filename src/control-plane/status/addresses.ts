import type { LoadBalancerAddress } from "../objects/model.ts";

/** Says what stands in the status of every Ingress of ours. */
export interface AddressSource {
  /**
   * @param publish called with the addresses, sorted and each once, and again whenever they differ; with undefined while
   *   nobody knows them
   */
  readonly start: (publish: (addresses: readonly LoadBalancerAddress[] | undefined) => void) => void;
  readonly stop: () => Promise<void>;
}

function keyOf({ hostname = "", ip = "" }: LoadBalancerAddress): string {
  return `${hostname} ${ip}`;
}

/** Sorted by host name, then by IP address, each once (ingress-nginx 1.15.1 compares statuses so). */
export function inOrder(addresses: readonly LoadBalancerAddress[]): readonly LoadBalancerAddress[] {
  const byKey = new Map(addresses.map((address) => [keyOf(address), address]));
  return [...byKey.keys()].sort().map((key) => byKey.get(key) as LoadBalancerAddress);
}

/** Whether both say the same, in whatever order. */
export function sameAddresses(a: readonly LoadBalancerAddress[], b: readonly LoadBalancerAddress[]): boolean {
  return a.length === b.length && inOrder(a).map(keyOf).join("\n") === inOrder(b).map(keyOf).join("\n");
}
