import http, { type IncomingHttpHeaders, type OutgoingHttpHeaders } from "node:http";
import http2, { type ClientHttp2Stream, constants } from "node:http2";
import https from "node:https";
import type { Readable } from "node:stream";

/** An answer whose head has come. */
export interface Opened {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
  /** Whether the body came to its end; to be asked once it is closed. */
  readonly complete: () => boolean;
}

/** A request with all that it says. */
export interface Opening {
  readonly method: string;
  readonly url: URL;
  readonly headers: OutgoingHttpHeaders;
  readonly text: string;
  /** PEM; undefined without TLS. */
  readonly authority: string | undefined;
}

/** Over a connection of its own. @throws Error when it fails before the head of the answer */
export function openHttp1({ method, url, headers, text, authority }: Opening): Promise<Opened> {
  const { promise, resolve, reject } = Promise.withResolvers<Opened>();
  const module = authority === undefined ? http : https;
  const request = module.request(url, { method, headers, agent: false, ca: authority }, (response) => {
    const { statusCode: status = 0 } = response;
    resolve({ status, headers: response.headers, body: response, complete: () => response.complete });
  });
  request.on("error", reject).end(text);
  return promise;
}

/** Over a connection of its own. @throws Error when it fails before the head of the answer */
export function openHttp2({ method, url, headers, text, authority }: Opening): Promise<Opened> {
  const { promise, resolve, reject } = Promise.withResolvers<Opened>();
  const session = http2.connect(url, { ca: authority, maxSessionMemory: 1024 }).on("error", reject);
  const head = { ...headers, ":method": method, ":path": url.pathname + url.search };
  const stream: ClientHttp2Stream = session.request(head, { endStream: text === "" });
  stream.on("response", (answer) => {
    const complete = () => stream.rstCode === constants.NGHTTP2_NO_ERROR;
    resolve({ status: Number(answer[":status"]), headers: answer, body: stream, complete });
  });
  // A connection that did not come about is the cause, and the stream was cancelled for it.
  stream
    .on("error", (error) => reject(error.cause ?? error))
    .on("close", () => {
      reject(new Error("The stream was closed."));
      session.close();
    });
  if (text !== "") stream.end(text);
  return promise;
}
