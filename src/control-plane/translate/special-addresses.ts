import { BlockList, isIP } from "node:net";

// What the API server takes in no EndpointSlice: unspecified, loopback, link-local and link-local multicast
// (discovery.k8s.io/v1, Endpoint.addresses). IPv6 forms of IPv4 addresses count with these.
const SPECIAL = new BlockList();
SPECIAL.addAddress("0.0.0.0");
SPECIAL.addSubnet("127.0.0.0", 8);
SPECIAL.addSubnet("169.254.0.0", 16);
SPECIAL.addSubnet("224.0.0.0", 24);
SPECIAL.addAddress("::", "ipv6");
SPECIAL.addAddress("::1", "ipv6");
SPECIAL.addSubnet("fe80::", 10, "ipv6");
SPECIAL.addSubnet("ff02::", 16, "ipv6");

/** Whether an IP address means this machine or its link, which no Service in a cluster may lead to. */
export function isSpecialAddress(address: string): boolean {
  return SPECIAL.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}
