import net from "node:net";

/**
 * Below the ports that Linux gives to connections and to those who name none (`ip_local_port_range` starts at 32768): what
 * asks for a port and listens on it a moment later finds it free.
 */
const FIRST = 10_000;

/** Ports of one process; the first of them says by being taken that the others are, too. */
const SIZE = 250;
const BLOCKS = 88;

function listen(port: number): Promise<net.Server | undefined> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

/** Takes a block for as long as this process lives. Gives its first port. */
async function takeBlock(): Promise<number> {
  for (let tried = 0; tried < BLOCKS; tried++) {
    const first = FIRST + ((process.pid + tried) % BLOCKS) * SIZE;
    const guard = await listen(first);
    if (guard === undefined) continue;
    guard.unref();
    return first;
  }
  throw new Error(`each of ${BLOCKS} processes has its ${SIZE} ports already`);
}

let block: Promise<number> | undefined;
let given = 0;

/**
 * A port of 127.0.0.1 that nobody listens on just now, and that no other process gets from here.
 *
 * @throws Error when there is none
 */
export async function freePort(): Promise<number> {
  block ??= takeBlock();
  const first = await block;
  for (let tried = 1; tried < SIZE; tried++) {
    given = (given % (SIZE - 1)) + 1;
    const port = first + given;
    const server = await listen(port);
    if (server === undefined) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
  throw new Error(`none of the ports ${first + 1} to ${first + SIZE - 1} is free`);
}
