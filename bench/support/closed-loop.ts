import { performance } from "node:perf_hooks";
import type { LoadOptions, LoadResult } from "./load.ts";
import { requestText } from "./requests.ts";
import { connectionOf } from "./transport.ts";

/**
 * Sends requests from this process, on a connection each, from as many clients as there are header lines. Slower than any
 * proxy: the CPU that a request costs is what is measured by it, not how many there can be.
 * @throws Error when a connection or a handshake fails, or a response is not a success
 */
export async function runClients({ transport, port, path, headers, seconds }: LoadOptions): Promise<LoadResult> {
  const start = performance.now();
  const end = start + seconds * 1000;
  let requests = 0;
  const runClient = async (lines: readonly string[]) => {
    const connection = connectionOf(transport, port);
    const request = requestText(path, lines);
    while (performance.now() < end) {
      const { status } = await connection.send(request);
      if (status !== 200) throw new Error(`a response has status ${status}`);
      requests += 1;
    }
    connection.close();
  };
  await Promise.all(headers.map(runClient));
  return { requests, requestsPerSecond: (requests * 1000) / (performance.now() - start) };
}
