import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { backendPage } from "./backend-page.ts";

/** A small application behind the demo. */
export interface DemoBackend {
  readonly name: string;
  readonly port: number;
  readonly stop: () => Promise<void>;
}

function answer(name: string, answered: number, request: IncomingMessage, response: ServerResponse): void {
  const asHtml = request.headers.accept?.includes("text/html") === true;
  const cookie = request.headers.cookie ?? "";
  const body = asHtml ? backendPage(name, answered, cookie) : `Answered by ${name} (request ${answered} there).\n`;
  response.writeHead(200, {
    "Content-Type": asHtml ? "text/html; charset=utf-8" : "text/plain; charset=utf-8",
    "Content-Length": Buffer.byteLength(body),
  });
  // Node leaves the body out of an answer to HEAD by itself.
  response.end(body);
}

/** Starts a backend on a free loopback port; it says who it is and how often it has answered. */
export async function startBackend(name: string): Promise<DemoBackend> {
  let answered = 0;
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    request.resume();
    answered++;
    answer(name, answered, request, response);
  });
  const listening = Promise.withResolvers<void>();
  server.once("error", listening.reject);
  server.listen(0, "127.0.0.1", listening.resolve);
  await listening.promise;
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    const closed = Promise.withResolvers<void>();
    server.close(() => closed.resolve());
    server.closeAllConnections();
    await closed.promise;
  };
  return { name, port, stop };
}
