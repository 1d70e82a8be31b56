import { createServer } from "node:net";

const TRIES = 100;

/** Whether a port can be listened on at every one of some addresses; IPv6 without brackets. */
async function isFree(port: number, addresses: readonly string[]): Promise<boolean> {
  for (const host of addresses) {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ host, port, exclusive: true, ipv6Only: true }, () => probe.close(() => resolve(true)));
    if (!(await promise)) return false;
  }
  return true;
}

/** The first free port from one on, and past those that are spoken for; undefined when there is none near. */
export async function nextFreePort(
  from: number,
  addresses: readonly string[],
  taken: readonly number[] = [],
): Promise<number | undefined> {
  for (let port = from; port < Math.min(from + TRIES, 65536); port++) {
    if (!taken.includes(port) && (await isFree(port, addresses))) return port;
  }
  return undefined;
}
