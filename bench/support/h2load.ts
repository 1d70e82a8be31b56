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

/** NGINX ends a connection after a thousand requests, and h2load opens no other in its place. */
const REQUESTS_EACH = 900;

/** @throws Error when a request failed */
function readReport(report: string): LoadResult {
  const [done, succeeded, failed] = /(\d+) done, (\d+) succeeded, (\d+) failed/.exec(report)?.slice(1) ?? [];
  const [requestsPerSecond] = /([\d.]+) req\/s/.exec(report)?.slice(1) ?? [];
  if (requestsPerSecond === undefined || done === undefined || succeeded !== done || failed !== "0") {
    throw new Error(`h2load reports failed requests: ${/^requests:.*$/m.exec(report)?.[0] ?? report}`);
  }
  return { requests: Number(done), requestsPerSecond: Number(requestsPerSecond) };
}

/**
 * Sends as many requests as the proxy answers on kept connections of HTTP/2, one at a time on each, which are opened anew
 * after some hundreds. All of them have the header lines, and so the cookie, of the first client: h2load knows one request.
 * @throws Error when a request fails or a response is not a success
 */
export async function runH2load(options: LoadOptions): Promise<LoadResult> {
  const { runner, connections, seconds, path, port } = options;
  const load = ["--threads=1", `--clients=${connections}`, "--max-concurrent-streams=1"];
  const count = `--requests=${connections * REQUESTS_EACH}`;
  const to = [`--connect-to=127.0.0.1:${port}`, `https://${HOST}${path}`];
  let [requests, spent] = [0, 0];
  while (spent < seconds) {
    const command = [...runner, findProgram("h2load"), ...load, count, ...headerFlags(options), ...to];
    const part = readReport(await runProgram(command));
    requests += part.requests;
    spent += part.requests / part.requestsPerSecond;
  }
  return { requests, requestsPerSecond: requests / spent };
}
