import type { ServerResponse } from "node:http";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import type { BodyWriter } from "./body-writer.ts";
import type { Ending } from "./fault.ts";
import type { Reply } from "./reply.ts";

/** The API server compresses what is longer, bytes. */
const LONG = 128 * 1024;

const compress = promisify(gzip);

/** Where a body breaks off. */
export interface BodyCut {
  /** Of the body's bytes, 0 to 1. */
  readonly share: number;
  readonly ending: Ending;
}

export interface Delivery {
  readonly body: BodyWriter;
  /** The client takes gzip. */
  readonly gzip: boolean;
  readonly cut: BodyCut | undefined;
}

/** Sends an answer, whole or not. An end in good order of a body that is cut needs a body without a stated length. */
export async function sendReply(response: ServerResponse, reply: Reply, { body, gzip, cut }: Delivery): Promise<void> {
  const plain = Buffer.from(reply.text);
  const compressed = gzip && plain.length > LONG;
  const bytes = compressed ? await compress(plain, { level: constants.Z_BEST_SPEED }) : plain;
  response.writeHead(reply.status, {
    "Content-Type": "application/json",
    "Cache-Control": "no-cache, private",
    ...(reply.streamed || cut?.ending === "close" ? {} : { "Content-Length": bytes.length }),
    ...(compressed ? { "Content-Encoding": "gzip" } : {}),
    ...(reply.retryAfter === undefined ? {} : { "Retry-After": reply.retryAfter }),
  });
  if (cut === undefined) {
    body.write(bytes);
    return body.end("close");
  }
  body.write(bytes.subarray(0, Math.floor(bytes.length * cut.share)));
  body.end(cut.ending);
}
