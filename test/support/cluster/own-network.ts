import { execFileSync } from "node:child_process";
import { readlinkSync } from "node:fs";

/** Every address of it belongs to this machine, inside the tests' own network: a pod has any of them. */
const PODS = { network: "10.1", prefixLength: 16 };

const IPV6_PODS = ["fd00:1::1", "fd00:1::2", "fd00:1::3"];

/** The address of the pod of this number, from 1 to 254. */
export function podAddress(pod: number): string {
  return `${PODS.network}.1.${pod}`;
}

/** The address of the pod of this number in IPv6, from 1 to 3. */
export function podAddress6(pod: number): string {
  const address = IPV6_PODS[pod - 1];
  if (address === undefined) throw new Error(`no pod ${pod} has an IPv6 address`);
  return address;
}

/** The address of the machine that the control plane is on. */
export const NODE_ADDRESS = `${PODS.network}.0.1`;

/** What Services have in these tests' clusters; the API server has the first of them. */
const SERVICES = "10.96.0";

let entered = false;

function ip(...args: readonly string[]): void {
  execFileSync("ip", args, { stdio: ["ignore", "ignore", "inherit"] });
}

/**
 * Gives the pods' addresses to this machine, in the network that `npm run test:cluster` has made for its tests.
 *
 * @throws Error in any other network, which is left as it is
 */
export function enterPodNetwork(): void {
  if (entered) return;
  const outer = process.env["LIMPET_TEST_OUTER_NETWORK"];
  if (outer === undefined || outer === readlinkSync("/proc/self/ns/net")) {
    throw new Error("This test needs a network of its own: npm run test:cluster -- FILE");
  }
  ip("link", "set", "lo", "up");
  // On the loopback device, an address makes all of its network this machine's own.
  ip("address", "replace", `${NODE_ADDRESS}/${PODS.prefixLength}`, "dev", "lo");
  for (const address of IPV6_PODS) ip("address", "replace", `${address}/128`, "dev", "lo");
  entered = true;
}

/**
 * An address of a Service, from 2 to 254, that this machine has too: whoever listens at it is what the Service leads to, as
 * no node does that here.
 */
export function serviceAddress(service: number): string {
  enterPodNetwork();
  const address = `${SERVICES}.${service}`;
  ip("address", "replace", `${address}/32`, "dev", "lo");
  return address;
}
