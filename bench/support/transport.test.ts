import assert from "node:assert/strict";
import { createSecureServer, type Http2SecureServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, test } from "node:test";
import type { TLSSocket } from "node:tls";
import type { Transport } from "../workload.ts";
import { CERTIFICATE } from "./certificate.ts";
import type { Answer } from "./http-connection.ts";
import { requestHeaders, requestText } from "./requests.ts";
import { connectionOf } from "./transport.ts";

let server: Http2SecureServer;
/** Of each handshake, whether it resumed a session. */
let handshakes: boolean[];

beforeEach(async () => {
  handshakes = [];
  const options = { key: CERTIFICATE.key, cert: CERTIFICATE.certificate, allowHTTP1: true };
  server = createSecureServer(options, (request, response) => {
    const body = `${request.httpVersion} ${request.headers.cookie}\n`;
    response.setHeader("Set-Cookie", ["a=1", "b=2"]);
    response.setHeader("Content-Length", body.length);
    response.end(body);
  });
  server.on("secureConnection", (socket: TLSSocket) => handshakes.push(socket.isSessionReused()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterEach(() => void server.close());

async function sendThree(transport: Transport): Promise<readonly Answer[]> {
  const connection = connectionOf(transport, (server.address() as AddressInfo).port);
  const request = requestText("/", requestHeaders("browser", "name=value"));
  const answers: Answer[] = [];
  for (let i = 0; i < 3; i++) answers.push(await connection.send(request));
  connection.close();
  return answers;
}

function all(firstLine: string): readonly Answer[] {
  return Array.from({ length: 3 }, () => ({ status: 200, firstLine, setCookies: ["a=1", "b=2"] }));
}

test("a handshake for each request", async () => {
  assert.deepEqual(await sendThree("handshakes"), all("1.1 name=value"));
  assert.deepEqual(handshakes, [false, false, false]);
});

test("a resumed session for each request but the first", async () => {
  assert.deepEqual(await sendThree("resumptions"), all("1.1 name=value"));
  assert.deepEqual(handshakes, [false, true, true]);
});

test("one connection of HTTP/2 for all", async () => {
  assert.deepEqual(await sendThree("http2"), all("2.0 name=value"));
  assert.deepEqual(handshakes, [false]);
});

test("a proxy that resumes nothing is a fault", async () => {
  server.setTicketKeys(Buffer.alloc(48, 1));
  const connection = connectionOf("resumptions", (server.address() as AddressInfo).port);
  const request = requestText("/", requestHeaders("browser", undefined));
  await connection.send(request);
  server.setTicketKeys(Buffer.alloc(48, 2));
  await assert.rejects(connection.send(request), /does not resume/);
});
