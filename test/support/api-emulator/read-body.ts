import type { IncomingMessage } from "node:http";
import type { RequestBody } from "./answer-request.ts";
import { Refusal } from "./refusal.ts";

/** The API server's own limit, bytes. */
const LARGEST = 3 * 1024 * 1024;

/** @throws Error when the client goes before its body has come */
export async function readBody(request: IncomingMessage): Promise<RequestBody | Refusal> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += (chunk as Buffer).length;
    if (length <= LARGEST) chunks.push(chunk as Buffer);
  }
  if (length > LARGEST) return new Refusal(413, `the body has ${length} bytes, at most ${LARGEST} are taken`);
  const mediaType = (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (length === 0) return { mediaType, value: undefined };
  const text = Buffer.concat(chunks).toString();
  if (!mediaType.endsWith("json")) return { mediaType, value: text };
  try {
    return { mediaType, value: JSON.parse(text) };
  } catch {
    return new Refusal(400, "the body is no JSON");
  }
}
