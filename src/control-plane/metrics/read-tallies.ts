import { type IncomingMessage, request } from "node:http";
import { decode } from "../../snapshot/codec.ts";
import type { Tally } from "../../snapshot/tally.ts";

const ANSWER_TIMEOUT_MS = 5_000;

/** @throws Error when nobody answers */
function get(socketPath: string, path: string): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const asking = request({ socketPath, path, timeout: ANSWER_TIMEOUT_MS }, resolve);
  asking.on("timeout", () => asking.destroy(new Error("the data plane does not answer")));
  asking.on("error", reject);
  asking.end();
  return promise;
}

/** Frames of the control channel as they come in: a length in bytes as decimal text, a line feed, the bytes. */
async function* frames(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    for (;;) {
      const start = rest.indexOf("\n", at) + 1;
      const end = start + Number(rest.toString("latin1", at, start - 1));
      if (start === 0 || end > rest.length) break;
      yield rest.toString("latin1", start, end);
      at = end;
    }
    rest = rest.subarray(at);
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
  for await (const frame of frames(await get(socketPath, "/tallies"))) {
    const decoded = decode(frame);
    if (decoded.ok) tallies.push(normalise(decoded.value as unknown as Tally));
  }
  return tallies;
}
