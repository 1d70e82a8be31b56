import http, { type RequestListener, type Server } from "node:http";
import https from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { breakConnection } from "../break-connection.ts";
import type { Certificate } from "./certificate.ts";

/** The API server closes idle connections after about this time, milliseconds. */
const IDLE = 180_000;

/** The listening socket and its connections. It can stop listening and begin again on its port, and break connections. */
export class ApiListener {
  readonly #server: Server;
  /** By the client's port: under TLS, the TCP connection below. */
  readonly #connections = new Map<number, Socket>();
  #port = 0;

  constructor(certificate: Certificate | undefined, listener: RequestListener) {
    const options = { keepAliveTimeout: IDLE, requestTimeout: 0 };
    this.#server =
      certificate === undefined
        ? http.createServer(options, listener)
        : https.createServer({ ...options, key: certificate.key, cert: certificate.certificate }, listener);
    this.#server.on("connection", (socket: Socket) => this.#keep(socket));
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
    for (const socket of this.#connections.values()) breakConnection(socket);
  }

  /** Breaks the connection from a client's port. */
  reset(port: number): void {
    const socket = this.#connections.get(port);
    if (socket !== undefined) breakConnection(socket);
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
