import { once } from "node:events";
import http2 from "node:http2";
import type { AddressInfo } from "node:net";
import type { CertifiedKey } from "../../src/control-plane/certificates/self-signed.ts";

/** A message as gRPC frames it: not compressed, its length, its bytes. */
export function message(text: string): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(Buffer.byteLength(text), 1);
  return Buffer.concat([head, Buffer.from(text)]);
}

export interface GrpcServer {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** Of the last call. */
  readonly headers: () => http2.IncomingHttpHeaders;
  readonly close: () => void;
}

/**
 * Sends each message back as it comes, and status 0 at the end, as a bidirectional stream of gRPC does.
 * @param certificate makes it speak TLS
 */
export async function startGrpcServer(name: string, certificate?: CertifiedKey): Promise<GrpcServer> {
  let last: http2.IncomingHttpHeaders = {};
  const sessions = new Set<http2.ServerHttp2Session>();
  const server =
    certificate === undefined
      ? http2.createServer()
      : http2.createSecureServer({ key: certificate.key, cert: certificate.certificate });
  server.on("session", (session: http2.ServerHttp2Session) => sessions.add(session));
  server.on("stream", (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => {
    last = headers;
    stream.respond(
      { ":status": 200, "content-type": "application/grpc", "x-endpoint": name },
      { waitForTrailers: true },
    );
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0", "grpc-message": "well" }));
    stream.on("error", () => {});
    stream.pipe(stream);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    name,
    address: "127.0.0.1",
    port: (server.address() as AddressInfo).port,
    headers: () => last,
    close: () => {
      for (const session of sessions) session.destroy();
      server.close();
    },
  };
}

/** A connection over TLS to a port of 127.0.0.1 that agrees on HTTP/2; who the server is does not matter. */
export function connectHttp2(port: number, host: string): http2.ClientHttp2Session {
  return http2.connect(`https://127.0.0.1:${port}`, { servername: host, rejectUnauthorized: false });
}

/** Begins a call. */
export function openCall(
  session: http2.ClientHttp2Session,
  host: string,
  more: http2.OutgoingHttpHeaders = {},
): http2.ClientHttp2Stream {
  return session.request({
    ":method": "POST",
    ":path": "/echo.Echo/Talk",
    ":authority": host,
    "content-type": "application/grpc",
    te: "trailers",
    ...more,
  });
}

export interface Call {
  readonly status: unknown;
  readonly headers: http2.IncomingHttpHeaders;
  readonly body: Buffer;
  readonly trailers: http2.IncomingHttpHeaders;
}

/** What a call, or any other request, came to; rejects when its stream is reset. */
export function resultOf(stream: http2.ClientHttp2Stream): Promise<Call> {
  return new Promise((resolve, reject) => {
    let headers: http2.IncomingHttpHeaders = {};
    let trailers: http2.IncomingHttpHeaders = {};
    const body: Buffer[] = [];
    stream.on("response", (got) => (headers = got));
    stream.on("trailers", (got) => (trailers = got));
    stream.on("data", (chunk: Buffer) => body.push(chunk));
    stream.on("end", () => resolve({ status: headers[":status"], headers, body: Buffer.concat(body), trailers }));
    stream.on("error", reject);
  });
}

/** A call of one message. */
export function call(
  session: http2.ClientHttp2Session,
  host: string,
  text: string,
  more: http2.OutgoingHttpHeaders = {},
): Promise<Call> {
  const stream = openCall(session, host, more);
  stream.end(message(text));
  return resultOf(stream);
}

/** The headers of a call's answer, as soon as they are there; rejects when the stream is reset. */
export async function answerOf(stream: http2.ClientHttp2Stream): Promise<http2.IncomingHttpHeaders> {
  const [headers] = (await once(stream, "response")) as [http2.IncomingHttpHeaders];
  return headers;
}

/** The affinity cookie of an answer, as `name=value`; empty: it set none. */
export function cookieIn(headers: http2.IncomingHttpHeaders): string {
  return headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
}
