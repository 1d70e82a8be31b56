import type { IncomingMessage } from "node:http";

/** Bytes from which on a body is too large (ingress-nginx 1.15.1). The API server's own limit is far below. */
export const TOO_LARGE = 9 * 1024 * 1024;

/**
 * Reads the body of a request; undefined when it is too large, and then the rest of it is unread.
 *
 * @throws Error when the connection breaks
 */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  if (Number(request.headers["content-length"] ?? 0) >= TOO_LARGE) return undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  // Leaving the loop must not destroy the connection that the answer goes over.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length >= TOO_LARGE) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
