import assert from "node:assert/strict";
import http from "node:http";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { after, before, describe, it } from "node:test";
import { Worker } from "node:worker_threads";
import { startEndpoint, type TestEndpoint } from "../support/endpoints.ts";
import { Limpet } from "../support/limpet.ts";
import { ingress, service, slices } from "../support/manifests.ts";

/** More than the kernel's buffers of two connections hold. */
const LARGE = 32 * 1048576;

/** Listens, and accepts no connection: once its queue is full, the kernel answers nobody. */
async function startDeaf(): Promise<{ port: number; close: () => Promise<void> }> {
  const program = `
    const { parentPort } = require("node:worker_threads");
    const server = require("node:net").createServer();
    server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
      parentPort.postMessage(server.address().port);
      setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
    });`;
  const worker = new Worker(program, { eval: true });
  const port = await new Promise<number>((resolve) => worker.once("message", resolve));
  const queue = Array.from({ length: 4 }, () => connect(port, "127.0.0.1").on("error", () => {}));
  await new Promise((resolve) => queue[0]?.once("connect", resolve));
  return {
    port,
    close: async () => {
      for (const socket of queue) socket.destroy();
      await worker.terminate();
    },
  };
}

/** Accepts connections and never reads. */
async function startStuffed(): Promise<{ server: Server; port: number; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>();
  const server = createServer({ pauseOnConnect: true }, (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, port: (server.address() as AddressInfo).port, sockets };
}

describe("responses", () => {
  let limpet: Limpet;
  let endpoint: TestEndpoint;
  let deaf: Awaited<ReturnType<typeof startDeaf>>;
  let stuffed: Awaited<ReturnType<typeof startStuffed>>;
  /** Paths whose response an endpoint has got rid of. */
  const rid = new Set<string>();

  before(async () => {
    deaf = await startDeaf();
    stuffed = await startStuffed();
    endpoint = await startEndpoint("a", {
      answer: ({ url, headers }, response) => {
        if (url === "/silent") return;
        const bytes = Number(headers["x-header-bytes"] ?? 0);
        if (bytes > 0) response.setHeader("X-Filler", "x".repeat(bytes));
        response.on("finish", () => rid.add(url));
        response.end(url.startsWith("/large") ? Buffer.alloc(LARGE) : "a");
      },
    });
    const on = (name: string, annotations: Record<string, string>, serviceName = "web") =>
      ingress({ name, host: `${name}.test`, annotations, paths: [{ service: serviceName }] });
    limpet = await Limpet.start([
      on("plain", {}),
      on("buffered", { "proxy-buffering": "on", "proxy-buffers-number": "8" }),
      on("in-memory", { "proxy-buffering": "on", "proxy-max-temp-file-size": "0" }),
      on("wide", { "proxy-buffer-size": "8k" }),
      on("wide-buffered", { "proxy-buffering": "on", "proxy-buffer-size": "16k" }),
      on("impatient", { "proxy-read-timeout": "1" }),
      on("quick", { "proxy-connect-timeout": "1" }, "deaf"),
      on("sending", { "proxy-send-timeout": "1", "proxy-body-size": "0" }, "stuffed"),
      service(),
      ...slices([endpoint]),
      service("deaf"),
      ...slices([{ endpoint: { name: "deaf", address: "127.0.0.1", port: deaf.port } }], "deaf"),
      service("stuffed"),
      ...slices([{ endpoint: { name: "stuffed", address: "127.0.0.1", port: stuffed.port } }], "stuffed"),
    ]);
  });

  after(async () => {
    await limpet.stop();
    await endpoint.kill();
    await deaf.close();
    stuffed.server.close();
    for (const socket of stuffed.sockets) socket.destroy();
  });

  /** A client that has the headers of a response and reads no further. */
  function begin(host: string, path: string): Promise<http.ClientRequest> {
    return new Promise((resolve, reject) => {
      const request = http.get({ host: "127.0.0.1", port: limpet.httpPort, path, headers: { host } });
      request.on("response", (response) => resolve(response.pause() && request)).on("error", reject);
    });
  }

  it("leave the endpoint free when they are buffered, however slow the client", async () => {
    const plain = await begin("plain.test", "/large-plain");
    const inMemory = await begin("in-memory.test", "/large-in-memory");
    const buffered = await begin("buffered.test", "/large-buffered");
    await limpet.eventually("the buffered response", async () => rid.has("/large-buffered"));
    assert.deepEqual([...rid], ["/large-buffered"]);
    for (const request of [plain, inMemory, buffered]) request.on("error", () => {}).destroy();
  });

  it("may have headers as large as the buffer", async () => {
    const status = async (host: string, bytes: number) =>
      (await limpet.send({ host, headers: { "x-header-bytes": bytes } })).status;
    assert.equal(await status("plain.test", 3000), 200);
    assert.equal(await status("plain.test", 6000), 502);
    assert.equal(await status("wide.test", 6000), 200);
    assert.equal(await status("wide-buffered.test", 12_000), 200);
  });

  it("that do not come in time are a 504", async () => {
    assert.equal((await limpet.send({ host: "impatient.test", path: "/silent" })).status, 504);
  });

  it("of an endpoint that takes no connection, or no body, likewise", async () => {
    const [connecting, sending] = await Promise.all([
      limpet.send({ host: "quick.test" }),
      limpet.send({ host: "sending.test", method: "POST", body: "x".repeat(LARGE) }),
    ]);
    assert.deepEqual([connecting.status, sending.status], [504, 504]);
  });
});
