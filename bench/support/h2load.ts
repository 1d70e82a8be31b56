import { HOST } from "../subjects/subject.ts";
import { findProgram } from "./binaries.ts";
import { headersOf } from "./http2-connection.ts";
import type { LoadOptions, LoadResult } from "./load.ts";
import { runProgram } from "./processes.ts";
import { requestText } from "./requests.ts";

/** What h2load is told by its URL. */
function isTold([name]: readonly [string, unknown]): boolean {
  return !name.startsWith(":");
}

function headerFlags({ path, headers }: LoadOptions): string[] {
  const fields = Object.entries(headersOf(requestText(path, headers[0] ?? []))).filter(isTold);
  return fields.map(([name, value]) => `--header=${name}: ${value}`);
}

/**
 * Sends as many requests as the proxy answers on kept connections of HTTP/2, one at a time on each. All of them have the
 * header lines, and so the cookie, of the first client: h2load knows one request.
 * @throws Error when a request fails or a response is not a success
 */
export async function runH2load(options: LoadOptions): Promise<LoadResult> {
  const { runner, connections, seconds, path, port } = options;
  const load = ["--threads=1", `--clients=${connections}`, "--max-concurrent-streams=1", `--duration=${seconds}`];
  const to = [`--connect-to=127.0.0.1:${port}`, `https://${HOST}${path}`];
  const report = await runProgram([...runner, findProgram("h2load"), ...load, ...headerFlags(options), ...to]);
  const [done, succeeded, failed] = /(\d+) done, (\d+) succeeded, (\d+) failed/.exec(report)?.slice(1) ?? [];
  if (done === undefined || succeeded !== done || failed !== "0") {
    throw new Error(`h2load reports failed requests: ${/^requests:.*$/m.exec(report)?.[0] ?? report}`);
  }
  return { requests: Number(done), requestsPerSecond: Number(done) / seconds };
}
