import { createServer } from "node:net";

/** A port of ours on one address, as NGINX writes addresses: `0.0.0.0`, `[::]`. */
export interface Listen {
  readonly address: string;
  readonly port: number;
}

/** Every address with every port; a port of 0 is switched off. */
export function listens(addresses: readonly string[], ports: readonly number[]): readonly Listen[] {
  const used = ports.filter((port) => port !== 0);
  return addresses.flatMap((address) => used.map((port) => ({ address, port })));
}

/**
 * Tries whether NGINX will be able to listen, by listening for a moment. Whether it may is another question: its file can
 * have the capability that ours has not (capabilities(7)), so its own test of the configuration answers that one.
 *
 * @throws Error of one sentence that names port and address when it will not
 */
export async function checkListen(wanted: readonly Listen[]): Promise<void> {
  for (const one of wanted) {
    const code = await tryListen(one);
    if (code !== "" && code !== "EACCES") throw new Error(describe(one, code));
  }
}

/** @returns the error's code; empty when listening works */
function tryListen({ address, port }: Listen): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const probe = createServer();
  probe.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  // NGINX's IPv6 sockets take no IPv4, so `[::]` beside `0.0.0.0` is no conflict.
  const host = address.replace(/^\[|\]$/g, "");
  probe.listen({ host, port, ipv6Only: true, exclusive: true }, () => probe.close(() => resolve("")));
  return promise;
}

function describe({ address, port }: Listen, code: string): string {
  switch (code) {
    case "EADDRINUSE":
      return `Port ${port} on ${address} is taken by another process: end that one or choose another port.`;
    case "EADDRNOTAVAIL":
    case "EAFNOSUPPORT":
    case "EINVAL":
      return `This machine has no address ${address} to listen on: correct --bind-address.`;
    default:
      return `NGINX cannot listen on port ${port} of ${address} (${code}): choose another port or address.`;
  }
}
