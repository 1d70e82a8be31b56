import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import http from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { after, before, describe, it } from "node:test";
import { cookieOf } from "../support/client.ts";
import { startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, service, slices, sticky } from "../support/manifests.ts";

const WEBSOCKET_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** A server that accepts WebSocket upgrades and sends every byte back. */
async function startEcho(): Promise<{ port: number; close: () => void }> {
  const sockets = new Set<Socket>();
  const server = http.createServer();
  server.on("upgrade", (request: http.IncomingMessage, socket: Socket) => {
    sockets.add(socket);
    const accept = createHash("sha1")
      .update(`${request.headers["sec-websocket-key"]}${WEBSOCKET_GUID}`)
      .digest("base64");
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.pipe(socket);
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function upgrade(port: number, host: string): Promise<{ response: http.IncomingMessage; socket: Socket }> {
  return new Promise((resolve, reject) => {
    const request = http.get({
      host: "127.0.0.1",
      port,
      headers: {
        host,
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
      },
    });
    request.on("upgrade", (response, socket) => resolve({ response, socket: socket as Socket }));
    request.on("response", (response) => reject(new Error(`status ${response.statusCode}`)));
    request.on("error", reject);
  });
}

function echo(socket: Socket, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    socket.once("data", (chunk: Buffer) => resolve(chunk.toString()));
    socket.once("close", () => reject(new Error("closed")));
    socket.write(text);
  });
}

describe("what passes through", () => {
  let limpet: Limpet;
  let echoing: Awaited<ReturnType<typeof startEcho>>;
  let app: TestEndpoint;

  before(async () => {
    echoing = await startEcho();
    app = await startEndpoint("app", {
      answer: (request, response) => {
        if (request.url === "/cookies") response.setHeader("Set-Cookie", ["app=1; Path=/", "other=2"]);
        if (request.url === "/public") response.setHeader("Cache-Control", "public, max-age=60");
        if (request.url === "/fails") response.statusCode = 502;
        if (request.url === "/large") response.end("x".repeat(300_000));
        else response.end(request.body === "" ? "app\n" : request.body);
      },
    });
    limpet = await Limpet.start([
      ingress({ name: "ws", host: "ws.test", annotations: sticky(), paths: [{ service: "echo" }] }),
      ingress({ name: "app", host: "app.test", annotations: sticky(), paths: [{ service: "app" }] }),
      service("echo"),
      service("app"),
      ...slices([{ endpoint: { name: "echo", address: "127.0.0.1", port: echoing.port } }], "echo"),
      ...slices([app], "app"),
    ]);
  });

  after(async () => {
    await limpet.stop();
    echoing.close();
    await app.kill();
  });

  it("a WebSocket, which gets its cookie with the upgrade and outlives changes of routes", async () => {
    const { response, socket } = await upgrade(limpet.httpPort, "ws.test");
    assert.equal(response.statusCode, 101);
    assert.match(String(response.headers["set-cookie"]), /^INGRESSCOOKIE=/);
    assert.equal(await echo(socket, "before"), "before");
    for (let i = 0; i < 5; i++) {
      await limpet.apply(
        [ingress({ name: `more-${i}`, host: `more-${i}.test`, paths: [{ service: "app" }] })],
        "more.json",
      );
    }
    assert.equal(await echo(socket, "after"), "after");
    socket.destroy();
  });

  it("the application's own cookies, beside ours", async () => {
    const reply = await limpet.send({ host: "app.test", path: "/cookies" });
    assert.equal(reply.setCookies.length, 3);
    assert.equal(reply.setCookies.filter((line) => line.startsWith("INGRESSCOOKIE=")).length, 1);
    assert.ok(reply.setCookies.includes("app=1; Path=/"));
  });

  it("the response's own word on caching; without one, a response with our cookie is private", async () => {
    const silent = await limpet.send({ host: "app.test" });
    assert.equal(silent.headers["cache-control"], "private");
    const outspoken = await limpet.send({ host: "app.test", path: "/public" });
    assert.equal(outspoken.headers["cache-control"], "public, max-age=60");
    assert.equal(outspoken.setCookies.length, 1);
    const bound = await limpet.send({ host: "app.test", cookie: cookieOf(silent) });
    assert.equal(bound.headers["cache-control"], undefined);
  });

  it("an endpoint's own error, with the cookie", async () => {
    const reply = await limpet.send({ host: "app.test", path: "/fails" });
    assert.equal(reply.status, 502);
    assert.equal(reply.endpoint, "app");
    assert.equal(reply.setCookies.length, 1);
  });

  it("bodies both ways", async () => {
    const body = "y".repeat(200_000);
    assert.equal((await limpet.send({ host: "app.test", method: "POST", body })).body, body);
    assert.equal((await limpet.send({ host: "app.test", path: "/large" })).body.length, 300_000);
  });

  it("HEAD, with the cookie and without a body", async () => {
    const reply = await limpet.send({ host: "app.test", method: "HEAD" });
    assert.equal(reply.status, 200);
    assert.equal(reply.setCookies.length, 1);
    assert.equal(reply.body, "");
  });
});
