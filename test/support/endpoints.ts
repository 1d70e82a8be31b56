import http from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { breakConnection } from "./break-connection.ts";

/** A small application server that says who it is: what an Endpoint leads to in a test. */
export interface TestEndpoint {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** Requests received so far. */
  readonly received: () => readonly ReceivedRequest[];
  /** Stops listening and resets every connection, as a killed pod does. */
  readonly kill: () => Promise<void>;
}

export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export type Answer = (request: ReceivedRequest, response: http.ServerResponse) => void;

export interface EndpointOptions {
  readonly address?: string;
  readonly port?: number;
  /** Replaces the standard answer: 200 and the endpoint's name. */
  readonly answer?: Answer;
}

async function readBody(request: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("latin1");
}

/** Starts an endpoint on a free port of a loopback address. */
export async function startEndpoint(name: string, options: EndpointOptions = {}): Promise<TestEndpoint> {
  const received: ReceivedRequest[] = [];
  const sockets = new Set<Socket>();
  const server = http.createServer({ keepAliveTimeout: 60_000 }, async (request, response) => {
    const body = await readBody(request).catch(() => "");
    const seen = { method: request.method ?? "", url: request.url ?? "", headers: request.headers, body };
    received.push(seen);
    response.setHeader("X-Endpoint", name);
    if (options.answer) options.answer(seen, response);
    else response.end(`${name}\n`);
  });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  const address = options.address ?? "127.0.0.1";
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, address, resolve);
  });
  return {
    name,
    address,
    port: (server.address() as AddressInfo).port,
    received: () => received,
    kill: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) breakConnection(socket);
      }),
  };
}

export function startEndpoints(count: number, options: EndpointOptions = {}): Promise<TestEndpoint[]> {
  return Promise.all(Array.from({ length: count }, (_, i) => startEndpoint(`endpoint-${i}`, options)));
}
