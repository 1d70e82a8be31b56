import { request } from "node:http";
import { decode } from "../../snapshot/codec.ts";
import type { Tally } from "../../snapshot/tally.ts";

const ANSWER_TIMEOUT_MS = 5_000;

function get(socketPath: string, path: string): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const asking = request({ socketPath, path, timeout: ANSWER_TIMEOUT_MS }, (response) => {
    const chunks: Buffer[] = [];
    response.on("data", (chunk: Buffer) => chunks.push(chunk));
    response.on("error", reject);
    response.on("end", () => resolve(Buffer.concat(chunks)));
  });
  asking.on("timeout", () => asking.destroy(new Error("the data plane does not answer")));
  asking.on("error", reject);
  asking.end();
  return promise;
}

function* frames(bytes: Buffer): Generator<string> {
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf("\n", at);
    const length = Number(bytes.toString("latin1", at, end));
    yield bytes.toString("latin1", end + 1, end + 1 + length);
    at = end + 1 + length;
  }
}

/** Lua has one empty table for lists and records. */
function record<T>(value: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Array.isArray(value) ? {} : value;
}

function normalise(tally: Tally): Tally {
  const decisions = Object.entries(record(tally.decisions)).map(([outcome, reasons]) => [outcome, record(reasons)]);
  return { ...tally, decisions: Object.fromEntries(decisions), endpoints: record(tally.endpoints) };
}

/**
 * What every worker process of this NGINX has counted.
 *
 * @throws Error when the data plane cannot be reached
 */
export async function readTallies(socketPath: string): Promise<Tally[]> {
  const tallies: Tally[] = [];
  for (const frame of frames(await get(socketPath, "/tallies"))) {
    const decoded = decode(frame);
    if (decoded.ok) tallies.push(normalise(decoded.value as unknown as Tally));
  }
  return tallies;
}
