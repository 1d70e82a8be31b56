import { networkInterfaces } from "node:os";

/** Where NGINX listens when nobody says: everywhere, on IPv6 too where the machine has it. */
export function everyAddress(interfaces = networkInterfaces()): readonly string[] {
  const hasIpv6 = Object.values(interfaces).some((addresses) => addresses?.some(({ family }) => family === "IPv6"));
  return hasIpv6 ? ["0.0.0.0", "[::]"] : ["0.0.0.0"];
}
