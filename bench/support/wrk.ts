import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findProgram } from "./binaries.ts";
import type { LoadOptions, LoadResult } from "./load.ts";
import { runProgram } from "./processes.ts";

function scriptOf(path: string, headers: LoadOptions["headers"]): string {
  const tables = headers.map((lines) => {
    const fields = lines.map((line) => {
      const colon = line.indexOf(":");
      return `[${JSON.stringify(line.slice(0, colon))}]=${JSON.stringify(line.slice(colon + 2))}`;
    });
    return `wrk.format("GET", ${JSON.stringify(path)}, {${fields.join(",")}})`;
  });
  return `local requests, turn = {}, 0
function init() requests = {${tables.join(",\n")}} end
function request() turn = turn % #requests + 1; return requests[turn] end
`;
}

function numberIn(report: string, pattern: RegExp): number {
  return Number(pattern.exec(report)?.[1] ?? Number.NaN);
}

/**
 * Sends as many requests as the proxy answers on kept connections, over TLS where that is asked for; the requests of the
 * clients take turns.
 * @throws Error when a request fails or a response is not a success
 */
export async function runWrk(options: LoadOptions): Promise<LoadResult> {
  const script = join(options.directory, "requests.lua");
  await writeFile(script, scriptOf(options.path, options.headers));
  const load = ["-t1", `-c${options.connections}`, `-d${options.seconds}s`, "-s", script];
  const url = `${options.transport === "plain" ? "http" : "https"}://127.0.0.1:${options.port}`;
  const report = await runProgram([...options.runner, findProgram("wrk"), ...load, url]);
  const failure = /^.*(?:Socket errors|Non-2xx).*$/m.exec(report);
  if (failure !== null) throw new Error(`wrk reports failed requests: ${failure[0].trim()}`);
  const requests = numberIn(report, /(\d+) requests in/);
  return { requests, requestsPerSecond: numberIn(report, /Requests\/sec:\s+([\d.]+)/) };
}
