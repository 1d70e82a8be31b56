import http, { type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import http2, { type Http2ServerResponse, type ServerHttp2Session } from "node:http2";
import https from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { breakConnection } from "../break-connection.ts";
import type { Certificate } from "./certificate.ts";
import type { Line } from "./line.ts";

/** The API server closes idle connections after about this time, milliseconds. */
const IDLE = 180_000;
/** The API server takes so many exchanges on a connection at the same time. */
const STREAMS = 100;

/** Answers a request that came on a line. */
export type LineListener = (request: IncomingMessage, response: ServerResponse, line: Line) => void;

function makeServer(certificate: Certificate | undefined, withHttp2: boolean, listener: RequestListener): Server {
  const options = { keepAliveTimeout: IDLE, requestTimeout: 0 };
  if (certificate === undefined) return http.createServer(options, listener);
  const secure = { ...options, key: certificate.key, cert: certificate.certificate };
  if (!withHttp2) return https.createServer(secure, listener);
  // Node refuses streams while more megabytes than 10 wait to be sent; a page of a large list has 40.
  const limits = { settings: { maxConcurrentStreams: STREAMS }, maxSessionMemory: 1024 };
  // Node's HTTP/2 has requests and answers of the same form, of classes of their own.
  return http2.createSecureServer({ ...secure, allowHTTP1: true, ...limits }, listener as never) as unknown as Server;
}

/** The listening socket and its connections. It can stop listening and begin again on its port, and break connections. */
export class ApiListener {
  readonly #server: Server;
  /** By the client's port: under TLS, the TCP connection below. */
  readonly #connections = new Map<number, Socket>();
  readonly #secured = new Map<number, TLSSocket>();
  #port = 0;

  /** @param withHttp2 offers it by ALPN, where there is TLS */
  constructor(certificate: Certificate | undefined, withHttp2: boolean, listener: LineListener) {
    this.#server = makeServer(certificate, withHttp2, (request, response) =>
      listener(request, response, this.#line(request, response)),
    );
    this.#server.on("connection", (socket: Socket) => this.#keep(socket));
    this.#server.on("secureConnection", (socket: TLSSocket) => this.#keepSecured(socket));
    this.#server.on("sessionError", () => {});
    // A client that breaks its own connection is no fault of the server's.
    this.#server.on("tlsClientError", (_error, socket) => socket.destroy());
  }

  get port(): number {
    return this.#port;
  }

  /** Connections that are open. */
  get connections(): number {
    return this.#connections.size;
  }

  /** Listens on 127.0.0.1: on a port that the kernel chooses, or on the one it had. */
  async listen(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once("error", reject);
    this.#server.listen(this.#port, "127.0.0.1", resolve);
    await promise;
    this.#server.off("error", reject);
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Breaks every connection; new ones are refused until it listens again. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.resetAll();
    await promise;
  }

  /** Breaks all connections (TCP RST). */
  resetAll(): void {
    for (const port of this.#connections.keys()) this.#reset(port);
  }

  /** Breaks the connection from a client's port. */
  #reset(port: number): void {
    const socket = this.#connections.get(port);
    if (this.#secured.get(port)?.writableEnded) socket?.destroy();
    else if (socket !== undefined) breakConnection(socket);
  }

  #finish(port: number): void {
    (this.#secured.get(port) ?? this.#connections.get(port))?.destroySoon();
  }

  #line(request: IncomingMessage, response: ServerResponse): Line {
    const port = request.socket.remotePort ?? 0;
    const reset = () => this.#reset(port);
    if (request.httpVersionMajor === 1) return { reset, finish: () => this.#finish(port) };
    const session = (response as unknown as Http2ServerResponse).stream.session as ServerHttp2Session;
    // What was written waits within the session: the answer to a PING says that it went before.
    return { reset, finish: () => void session.ping(() => this.#finish(port)) };
  }

  #keepSecured(socket: TLSSocket): void {
    const port = socket.remotePort;
    if (port === undefined) return;
    this.#secured.set(port, socket);
    socket.once("close", () => {
      if (this.#secured.get(port) === socket) this.#secured.delete(port);
    });
  }

  #keep(socket: Socket): void {
    const port = socket.remotePort;
    if (port === undefined) return;
    this.#connections.set(port, socket);
    socket.on("error", () => {});
    socket.once("close", () => {
      if (this.#connections.get(port) === socket) this.#connections.delete(port);
    });
  }
}
